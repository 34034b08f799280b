import { Source } from "../../src/internal/readable.js";
import { INITIAL_CALLS, type Calls, type CallsState, type CallState } from "../../src/media/calls-state.js";
import type { RoomCall, RoomCallState } from "../../src/media/room-call-state.js";

export type FakeCallsOptions = Partial<CallsState>;

const NO_CALL: CallState = {
  status: "connected",
  roomId: "!garden:example.org",
  room: "!garden:example.org",
  name: "Garden",
  isVoiceChannel: true,
  encrypted: true,
  participants: [],
  reactions: [],
  intruders: 0,
  microphone: { status: "on" },
  camera: { status: "off" },
  screens: [],
  deafened: false,
  pushToTalk: false,
  audioBlocked: false,
  canSpeak: true,
  canRemove: false,
};

/** Calls made of literals: what is switched is seen, and nothing leaves the page. Merge into `source` to play what others do. */
export class FakeCalls implements Calls {
  readonly source: Source<CallsState>;
  readonly actions: (readonly [name: string, ...args: unknown[]])[] = [];
  readonly #pause: () => Promise<void>;

  constructor(options: FakeCallsOptions = {}, _room: (reference: string) => unknown, pause: () => Promise<void>) {
    this.source = new Source<CallsState>({ ...INITIAL_CALLS, ...options });
    this.#pause = pause;
  }

  get state(): CallsState {
    return this.source.state;
  }

  subscribe: Calls["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  join: Calls["join"] = async (room) => {
    await this.#act("join", room);
    this.source.merge({ call: { ...NO_CALL, room } });
  };
  leave: Calls["leave"] = async () => {
    await this.#act("leave");
    this.source.merge({ call: undefined });
  };
  setMicrophone: Calls["setMicrophone"] = async (on) => {
    await this.#act("setMicrophone", on);
    this.#change({ microphone: { status: on ? "on" : "off" } });
  };
  setCamera: Calls["setCamera"] = async (on) => {
    await this.#act("setCamera", on);
    this.#change({ camera: { status: on ? "on" : "off" } });
  };
  setDeafened: Calls["setDeafened"] = async (deafened) => {
    await this.#act("setDeafened", deafened);
    this.#change({ deafened });
  };
  setTalking: Calls["setTalking"] = (talking) => this.#act("setTalking", talking);
  startScreenShare: Calls["startScreenShare"] = async (options) => {
    await this.#act("startScreenShare", options);
    const id = `screen-${this.state.call?.screens.length ?? 0}`;
    this.#change({ screens: [...(this.state.call?.screens ?? []), { id, hint: options?.hint ?? "text", audio: options?.audio ?? true }] });
    return id;
  };
  stopScreenShare: Calls["stopScreenShare"] = async (id) => {
    await this.#act("stopScreenShare", id);
    this.#change({ screens: this.state.call?.screens.filter((screen) => id !== undefined && screen.id !== id) ?? [] });
  };
  setScreenShareHint: Calls["setScreenShareHint"] = (id, hint) => this.#act("setScreenShareHint", id, hint);
  setVolume: Calls["setVolume"] = (userId, volume) => this.#act("setVolume", userId, volume);
  setLocallyMuted: Calls["setLocallyMuted"] = (userId, muted) => this.#act("setLocallyMuted", userId, muted);
  raiseHand: Calls["raiseHand"] = (raised) => this.#act("raiseHand", raised);
  react: Calls["react"] = (emoji) => this.#act("react", emoji);
  remove: Calls["remove"] = (userId, reason) => this.#act("remove", userId, reason);
  selectDevice: Calls["selectDevice"] = async (kind, id) => {
    await this.#act("selectDevice", kind, id);
    this.source.merge({ devices: { ...this.state.devices, [kind]: id } });
  };
  refreshDevices: Calls["refreshDevices"] = (ask) => this.#act("refreshDevices", ask);
  configure: Calls["configure"] = async (change) => {
    await this.#act("configure", change);
    this.source.merge({ settings: { ...this.state.settings, ...change } });
  };
  startAudio: Calls["startAudio"] = async () => {
    await this.#act("startAudio");
    this.#change({ audioBlocked: false });
  };
  openPreview: Calls["openPreview"] = (options) => this.#act("openPreview", options);
  closePreview: Calls["closePreview"] = () => this.#act("closePreview");
  testSpeaker: Calls["testSpeaker"] = () => this.#act("testSpeaker");
  accept: Calls["accept"] = (id) => this.#act("accept", id);
  decline: Calls["decline"] = (id) => this.#act("decline", id);
  dismiss: Calls["dismiss"] = (id) => this.#act("dismiss", id);

  attach(): () => void {
    return () => {};
  }

  watchLevel(): () => void {
    return () => {};
  }

  #change(change: Partial<CallState>): void {
    const { call } = this.state;
    if (call) this.source.merge({ call: { ...call, ...change } });
  }

  async #act(...action: readonly [name: string, ...args: unknown[]]): Promise<void> {
    this.actions.push(action);
    await this.#pause();
  }
}

/** The call of one room as Matrix tells it, made of literals. */
export function fakeRoomCall(source: Source<RoomCallState>, pause: () => Promise<void>): RoomCall {
  const act = async (): Promise<void> => pause();
  return {
    get state() {
      return source.state;
    },
    subscribe: (listener, options) => source.subscribe(listener, options),
    join: act,
    leave: act,
    tell: act,
    access: async () => ({ url: "wss://sfu.example.org", token: "as a story wants it" }),
    raiseHand: act,
    react: act,
    remove: act,
  };
}
