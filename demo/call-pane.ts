// One person of the call page: the tags that a page of one's own would hold. Each has a document of its own, as people have browsers of their own.

import { html, render } from "lit";

import "../src/index.js";
import { makeUpDevices } from "./made-up-devices.js";

/** What the page around tells a pane. */
export interface CallPaneOptions {
  readonly homeserver: string;
  readonly profile: string;
  readonly username: string;
  readonly password: string;
  readonly room: string;
  readonly chat: boolean;
  /** Camera and microphone are made up; without, they are the browser's. */
  readonly madeUp?: { readonly hue: number; readonly tone: number };
  /** Another browser of this account vouches for it, and this one is not verified. */
  readonly onUnverified: () => void;
}

declare global {
  interface Window {
    /** Called by the page around, once for each document. */
    showCallPane(options: CallPaneOptions): void;
    useAllDevices(): void;
  }
}

window.showCallPane = ({ homeserver, profile, username, password, room, chat, madeUp, onUnverified }) => {
  if (madeUp) makeUpDevices(madeUp);
  let attempts = 2;
  let told = false;
  const follow = (event: Event): void => {
    const { session } = event.target as HTMLElementTagNameMap["melo-session"];
    if (session?.state.status === "signed-out" && attempts-- > 0) {
      void session.signIn({ type: "password", user: username, password }).catch(() => undefined); // the form then says why
    }
    if (session?.state.crossSigning !== "missing" || told) return;
    told = true;
    onUnverified();
  };
  window.useAllDevices = () => void (document.querySelector("melo-session")!.devicePolicy = "all-devices");
  render(
    html`<melo-session homeserver=${homeserver} profile=${profile} @melo-session-change=${follow}>
      <melo-call-ring></melo-call-ring>
      <div class="both ${chat ? "with-chat" : ""}">
        <melo-call room=${room}></melo-call>
        ${chat ? html`<melo-room room=${room}></melo-room>` : ""}
      </div>
    </melo-session>`,
    document.body,
  );
};
