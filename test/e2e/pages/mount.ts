import type { SessionApi } from "../../../src/session/session-api.js";
import type { RecoverySecretRequest, RecoverySecretSource } from "../../../src/session/recovery-secret.js";
import type { Credentials, CredentialsRequest, CredentialsSource, DevicePolicy } from "../../../src/session/session-state.js";

/** What a test puts on the page. Nothing of it is ever part of an address. */
export interface MountOptions {
  readonly homeserver: string;
  /** Id or alias. Without it the page has a session and a way to sign in, and no room. */
  readonly room?: string;
  readonly profile?: string;
  /** What the host page has; `"ask"` takes them from the test's function `askForCredentials`, each time they are needed. */
  readonly credentials?: Credentials | "ask";
  /** What the host page keeps for its visitors; `"ask"` takes it from the test's function `askForSecret`. */
  readonly recoverySecret?: "ask";
  readonly devicePolicy?: DevicePolicy;
  /** Who is in a call is told by sticky events. */
  readonly stickyCalls?: boolean;
  /** Further tags inside the session, by name. */
  readonly tags?: readonly string[];
}

type SessionTag = HTMLElement & { session?: SessionApi; credentials?: CredentialsSource; recoverySecret?: RecoverySecretSource };

declare global {
  interface Window {
    /** Given by a test that says `"ask"`. */
    askForCredentials?(request: CredentialsRequest): Promise<Credentials>;
    askForSecret?(request: RecoverySecretRequest): Promise<string | null>;
    /** Writes the tags of a small chat into the page, in place of those before. */
    mountChat(options: MountOptions): void;
    /** Shows another room with the same session. */
    showRoom(room: string): void;
    /** Puts an element that stands alone, by its tag and with these attributes, beside the room. */
    showTag(tag: string, attributes?: Readonly<Record<string, string>>): void;
    /** The session of the page's one `<melo-session>`, once it has opened it. */
    readonly chatSession: SessionApi | undefined;
  }
}

window.mountChat = ({ homeserver, room, profile, credentials, recoverySecret, devicePolicy, stickyCalls, tags = [] }) => {
  const tag = document.createElement("melo-session") as SessionTag;
  tag.setAttribute("homeserver", homeserver);
  if (profile) tag.setAttribute("profile", profile);
  if (devicePolicy) tag.setAttribute("device-policy", devicePolicy);
  if (stickyCalls) tag.setAttribute("sticky-calls", "");
  if (credentials === "ask") tag.credentials = (request) => window.askForCredentials!(request);
  else if (credentials) tag.credentials = credentials;
  if (recoverySecret) tag.recoverySecret = async (request) => (await window.askForSecret!(request)) ?? undefined;
  tag.append(document.createElement("melo-login"));
  document.body.replaceChildren(tag);
  for (const name of tags) window.showTag(name);
  if (room) window.showRoom(room);
};

window.showRoom = (room) => {
  const tag = document.createElement("melo-room");
  tag.setAttribute("room", room);
  putInSession(tag);
};

window.showTag = (name, attributes = {}) => {
  const tag = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) tag.setAttribute(attribute, value);
  putInSession(tag);
};

/** In place of the one before of the same tag. */
function putInSession(tag: HTMLElement): void {
  const session = document.querySelector("melo-session")!;
  session.querySelector(tag.localName)?.remove();
  session.append(tag);
}

Object.defineProperty(window, "chatSession", { get: () => document.querySelector<SessionTag>("melo-session")?.session });
