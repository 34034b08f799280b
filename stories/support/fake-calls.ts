import { MeloError, type MeloErrorCode } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";
import { INITIAL_CALL_TEST, type CallTest, type CallTestState } from "../../src/media/call-test-state.js";
import { INITIAL_CALLS, type Calls, type CallsState, type CallState, type Participant } from "../../src/media/calls-state.js";
import type { RoomCall, RoomCallState } from "../../src/media/room-call-state.js";
import { AFTERNOON, alice } from "./garden.js";
import { showPicture } from "./fake-picture.js";
import { call, participant } from "./kitchen.js";

/** What joining wants to know of a room. */
interface FakeRoomParts {
  readonly call: RoomCall;
}

export interface FakeCallsOptions extends Partial<CallsState> {
  /** Actions that fail, by name, and how: `{ join: "call-full" }`. */
  readonly failures?: Readonly<Partial<Record<string, MeloErrorCode>>>;
  /** Default: not begun. */
  readonly test?: Partial<CallTestState>;
}

/** Calls made of literals: what is switched is seen, and nothing leaves the page. Merge into `source` to play what others do. */
export class FakeCalls implements Calls {
  readonly source: Source<CallsState>;
  /** The test of calls: merge into it to play its steps. */
  readonly testSource: Source<CallTestState>;
  readonly test: CallTest;
  readonly actions: (readonly [name: string, ...args: unknown[]])[] = [];
  /** See {@link FakeCallsOptions.failures}. */
  readonly failures: Partial<Record<string, MeloErrorCode>>;
  /** Those who watch levels, to play a sound: `for (const listener of calls.levels) listener(0.5)`. */
  readonly levels = new Set<(level: number) => void>();
  /** Which track each video element shows. */
  readonly attached = new Map<HTMLVideoElement, string>();
  readonly #room: (reference: string) => FakeRoomParts;
  readonly #pause: () => Promise<void>;

  constructor(
    { failures, test, ...options }: FakeCallsOptions = {},
    room: (reference: string) => FakeRoomParts,
    pause: () => Promise<void>,
  ) {
    this.source = new Source<CallsState>({ ...INITIAL_CALLS, ...options });
    this.failures = { ...failures };
    const tested = (this.testSource = new Source<CallTestState>({ ...INITIAL_CALL_TEST, ...test }));
    this.test = {
      get state() {
        return tested.state;
      },
      subscribe: (listener, options) => tested.subscribe(listener, options),
      start: async (options) => {
        await this.#act("test.start", options);
        tested.merge({ ...INITIAL_CALL_TEST, status: "running", step: "browser", startedAt: AFTERNOON });
      },
      stop: async () => {
        await this.#act("test.stop");
        tested.merge({ status: "stopped", step: undefined, level: undefined });
      },
    };
    this.#room = room;
    this.#pause = pause;
  }

  get state(): CallsState {
    return this.source.state;
  }

  subscribe: Calls["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  join: Calls["join"] = async (room, options) => {
    const { call: inside } = this.#room(room);
    const { roomId = room, name, encrypted, members, canSpeak, canRemove } = inside.state;
    const known = { room, roomId, name, encrypted, canSpeak, canRemove };
    const isOn = canSpeak && options?.microphone !== false;
    const microphone = { status: isOn ? "on" : "off" } as const;
    const others = members
      .filter(({ isOwn }) => !isOwn)
      .map((one) => participant(one, { muted: one.muted ?? false, deafened: one.deafened ?? false }));
    this.source.merge({
      call: call({ ...known, status: "joining", step: "access", participants: [], microphone: { status: "starting" } }),
    });
    try {
      await this.#act("join", room, options);
    } catch (error) {
      this.source.merge({
        call: call({ ...known, status: "failed", participants: [], microphone: { status: "off" }, error: MeloError.from(error).toInfo() }),
      });
      throw error;
    }
    this.source.merge({ call: call({ ...known, participants: [participant(alice, { muted: !isOn }), ...others], microphone }) });
  };
  leave: Calls["leave"] = async () => {
    await this.#act("leave");
    this.source.merge({ call: undefined });
  };
  setMicrophone: Calls["setMicrophone"] = async (on) => {
    await this.#act("setMicrophone", on);
    this.#change({ microphone: { status: on ? "on" : "off" } }, { muted: !on });
  };
  setCamera: Calls["setCamera"] = async (on) => {
    await this.#act("setCamera", on);
    this.#change({ camera: { status: on ? "on" : "off" } });
  };
  setDeafened: Calls["setDeafened"] = async (deafened) => {
    await this.#act("setDeafened", deafened);
    this.#change({ deafened, microphone: { status: deafened ? "off" : "on" } }, { deafened, muted: deafened });
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
  setVolume: Calls["setVolume"] = async (userId, volume) => {
    await this.#act("setVolume", userId, volume);
    this.#changePeople((one) => (one.userId === userId ? { ...one, volume } : one));
  };
  setLocallyMuted: Calls["setLocallyMuted"] = async (userId, muted) => {
    await this.#act("setLocallyMuted", userId, muted);
    this.#changePeople((one) => (one.userId === userId ? { ...one, locallyMuted: muted } : one));
  };
  raiseHand: Calls["raiseHand"] = async (raised) => {
    await this.#act("raiseHand", raised);
    this.#change({}, { handRaisedAt: raised ? AFTERNOON : undefined });
  };
  react: Calls["react"] = (emoji) => this.#act("react", emoji);
  remove: Calls["remove"] = async (userId, reason) => {
    await this.#act("remove", userId, reason);
    this.#changePeople((one) => (one.userId === userId ? undefined : one));
  };
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
  accept: Calls["accept"] = (id, options) => this.#act("accept", id, options);
  decline: Calls["decline"] = (id) => this.#act("decline", id);
  dismiss: Calls["dismiss"] = (id) => this.#act("dismiss", id);

  attach: Calls["attach"] = (trackId, element) => {
    this.attached.set(element, trackId);
    const hide = showPicture(element, trackId);
    return () => {
      hide();
      this.attached.delete(element);
    };
  };

  watchLevel: Calls["watchLevel"] = (_participantId, listener) => {
    this.levels.add(listener);
    return () => void this.levels.delete(listener);
  };

  /** `own`: what changes of the local participant. */
  #change(change: Partial<CallState>, own: Partial<Participant> = {}): void {
    const { call: before } = this.state;
    if (!before) return;
    const participants = before.participants.map((one) => (one.isLocal ? { ...one, ...own } : one));
    this.source.merge({ call: { ...before, ...change, participants } });
  }

  #changePeople(change: (one: Participant) => Participant | undefined): void {
    const { call: before } = this.state;
    if (before) this.source.merge({ call: { ...before, participants: before.participants.flatMap((one) => change(one) ?? []) } });
  }

  async #act(...action: readonly [name: string, ...args: unknown[]]): Promise<void> {
    this.actions.push(action);
    await this.#pause();
    const code = this.failures[action[0]];
    if (code) throw new MeloError(code, "as a story wants it");
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
    remove: async (userId) => {
      await pause();
      source.merge({ members: source.state.members.filter((one) => one.userId !== userId) });
    },
  };
}
