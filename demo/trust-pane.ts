// One screen of the trust page: a device with the tags that a page of one's own would hold. Each has a document of its own, so that a dialog on one screen leaves the others alone.

import { html, render } from "lit";

import "../src/index.js";
import type { SessionApi } from "../src/session/session-api.js";

/** What the page around tells a screen. */
export interface PaneOptions {
  readonly homeserver: string;
  readonly profile: string;
  readonly username: string;
  readonly password: string;
  /** Signs in by itself when the page is opened for the first time. */
  readonly signsIn: boolean;
  /** Whom to write to. */
  readonly other: string;
  readonly onChange: () => void;
}

declare global {
  interface Window {
    /** The screen's session, for the page around. */
    paneSession?: SessionApi;
    /** Called by the page around, once for each document. */
    showPane(options: PaneOptions): void;
    signInPane(): Promise<void>;
  }
}

window.showPane = (options) => {
  const { homeserver, profile, username, password, signsIn, other, onChange } = options;
  let mayAttempt = signsIn;
  window.signInPane = async () => window.paneSession?.signIn({ type: "password", user: username, password });
  const draw = (): void => {
    const session = window.paneSession;
    const isIn = session !== undefined && session.state.account !== undefined;
    render(
      html`<melo-session .homeserver=${homeserver} .profile=${profile} @melo-session-ready=${handleReady} @melo-session-change=${handleChange}>
        ${isIn ? device(session, other) : html`<div class="signed-out quiet">Nobody is signed in on this device.</div>`}
      </melo-session>`,
      document.body,
    );
    onChange();
  };
  const handleReady = (event: Event & { session?: SessionApi }): void => {
    window.paneSession = event.session;
    event.session?.subscribe(draw);
    draw();
  };
  const handleChange = (): void => {
    if (mayAttempt && window.paneSession?.state.status === "signed-out") {
      mayAttempt = false;
      void window.signInPane().catch(() => {}); // what is shown then says why
    }
    draw();
  };
  draw();
};

let chat: string | undefined;

function device(session: SessionApi, other: string): unknown {
  if (chat === undefined && session.state.status === "ready") void openChat(session, other);
  return html`
    <div class="above"><melo-verify-device></melo-verify-device><melo-verify-user></melo-verify-user></div>
    <melo-encryption-status></melo-encryption-status>
    ${chat === undefined ? html`<p class="quiet" role="status">Opening this device…</p>` : null}
    <melo-room .room=${chat ?? ""} ?hidden=${chat === undefined}></melo-room>
    <details>
      <summary>Security</summary>
      <div class="security">
        <section><h2>Backup</h2><melo-key-backup without-recovery></melo-key-backup></section>
        <section aria-label="Recovery key"><melo-recovery></melo-recovery></section>
        <section><h2>Devices</h2><melo-device-list></melo-device-list></section>
        <section><h2>Begin anew</h2><melo-cross-signing></melo-cross-signing></section>
      </div>
    </details>
  `;
}

/** The newest room is the chat with the other person; Alice's first device makes it, and the other screens wait for it. */
async function openChat(session: SessionApi, other: string): Promise<void> {
  chat = "";
  const look = (): void => {
    const [room] = session.rooms.state.rooms;
    if (!room || chat) return;
    chat = room.roomId;
    const tag = document.querySelector("melo-room")!;
    tag.room = chat;
    tag.hidden = false;
  };
  session.rooms.subscribe(look);
  look();
  if (other && !chat) await session.rooms.openDirect(other).catch(() => {}); // the next visit tries again
}
