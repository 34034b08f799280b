// The page that is measured: melo's real media of a call, and its grid. Who is in the call and with which keys is said by the bench, as a homeserver would.

import "../../src/elements/melo-call-grid.js";
import { Source } from "../../src/internal/readable.js";
import { INITIAL_CALL_KEYS, type CallKeysState } from "../../src/media/call-keys-state.js";
import { CallManager } from "../../src/media/call-manager.js";
import { INITIAL_ROOM_CALL, type RoomCall, type RoomCallState, type SfuAccess } from "../../src/media/room-call-state.js";
import { fakeSession } from "../../stories/support/fake-session.js";
import { benchKey, benchMember } from "../call-people.js";

/** What is alive in the page. */
export interface Alive {
  readonly tracks: number;
  readonly workers: number;
  readonly videos: number;
}

declare global {
  interface Window {
    giveAccess(): Promise<SfuAccess>;
    /** Joins a call of so many; resolves when the pictures of all others move, with how long that took, in ms. */
    joinCall(people: number): Promise<number>;
    leaveCall(): Promise<void>;
    alive(): Alive;
    /** Of tasks since the last time it was asked, in ms, only those over 50. */
    longTasks(): readonly number[];
    /** Frames that each video has shown. */
    framesShown(): readonly number[];
  }
}

const tracks = new Set<MediaStreamTrack>();
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await ask(constraints);
  for (const track of stream.getTracks()) tracks.add(track);
  return stream;
};
let workers = 0;
window.Worker = class extends Worker {
  #isAlive = true;

  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    workers++;
  }

  override terminate(): void {
    super.terminate();
    if (this.#isAlive) workers--;
    this.#isAlive = false;
  }
};
const tasks: number[] = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => Math.round(duration)))).observe({
  type: "longtask",
});

const room = new Source<RoomCallState>({
  ...INITIAL_ROOM_CALL,
  ...{ status: "ready", roomId: "!bench", name: "Bench", encrypted: true, canJoin: "allowed", canSpeak: true },
});
const keys = new Source<CallKeysState>(INITIAL_CALL_KEYS);
const call: RoomCall = {
  get state() {
    return room.state;
  },
  subscribe: (listener, options) => room.subscribe(listener, options),
  join: async () => room.merge({ own: "joined" }),
  leave: async () => room.merge({ own: "none" }),
  tell: async () => {},
  access: () => window.giveAccess(),
  raiseHand: async () => {},
  react: async () => {},
  remove: async () => {},
};
const manager = await CallManager.start({ room: () => ({ call, callKeys: keys }), memory: async () => undefined });
const session = Object.defineProperty(fakeSession(), "calls", { value: manager });
const place = document.createElement("div");
place.style.cssText = "inline-size: 1200px; block-size: 680px";
document.body.append(place);

window.joinCall = async (people) => {
  const begin = performance.now();
  const everybody = Array.from({ length: people }, (_, index) => index);
  room.merge({ members: everybody.map(benchMember) });
  keys.merge({
    keys: everybody.map((index) => ({ identity: benchMember(index).identity, index: 0, key: benchKey(index), isOwn: index === 0 })),
  });
  const grid = Object.assign(document.createElement("melo-call-grid"), { session });
  place.append(grid);
  await manager.join("!bench", { microphone: true, camera: true });
  while (videos().filter(({ currentTime, videoWidth }) => currentTime > 0 && videoWidth > 0).length < people) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return performance.now() - begin;
};

window.leaveCall = async () => {
  await manager.leave();
  place.replaceChildren();
};

window.alive = () => ({
  tracks: [...tracks].filter(({ readyState }) => readyState === "live").length,
  workers,
  videos: videos().length,
});

window.longTasks = () => tasks.splice(0);

window.framesShown = () => videos().map((video) => video.getVideoPlaybackQuality().totalVideoFrames);

function videos(): HTMLVideoElement[] {
  const tiles = [...(place.querySelector("melo-call-grid")?.shadowRoot?.querySelectorAll("melo-call-tile") ?? [])];
  return tiles.flatMap(({ shadowRoot }) => [...(shadowRoot?.querySelectorAll("video") ?? [])]);
}
