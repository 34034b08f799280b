// Somebody who sits in a voice channel with a made-up voice, and hears the visitor as anybody would.

import { html, render } from "lit";

import "../src/index.js";
import { makeUpDevices } from "./made-up-devices.js";

/** What the page around tells a guest. */
export interface GuestOptions {
  readonly homeserver: string;
  readonly username: string;
  readonly password: string;
  readonly room: string;
  /** In Hz. */
  readonly tone: number;
}

declare global {
  interface Window {
    /** Called by the page around, once for each document. */
    showGuest(options: GuestOptions): void;
  }
}

window.showGuest = ({ homeserver, username, password, room, tone }) => {
  makeUpDevices({ hue: tone, tone });
  let attempts = 2;
  let hasJoined = false;
  const follow = (event: Event): void => {
    const tag = event.target as HTMLElementTagNameMap["melo-session"];
    const { session } = tag;
    if (!session) return;
    const { status, crossSigning } = session.state;
    if (crossSigning === "missing") tag.devicePolicy = "all-devices";
    if (status === "signed-out" && attempts-- > 0) {
      void session.signIn({ type: "password", user: username, password }).catch(() => undefined); // the form then says why
    }
    if (status !== "ready" || hasJoined) return;
    hasJoined = true;
    void session.calls.join(room).catch(() => undefined); // the card says why
  };
  render(
    html`<melo-session homeserver=${homeserver} profile=${username} @melo-session-change=${follow} @melo-session-ready=${follow}>
      <melo-voice-channel room=${room}></melo-voice-channel>
    </melo-session>`,
    document.body,
  );
};
