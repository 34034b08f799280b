import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Calls, CallsState, Participant } from "../media/calls-state.js";
import { steady } from "./steady.js";

/** Somebody in the call of this page, with what the call says about them. */
export interface InCall {
  readonly participant: Participant;
  /** Emojis of this moment, the newest last. */
  readonly reactions: readonly { readonly id: string; readonly emoji: string; readonly at: number }[];
  /** The own picture is shown as in a mirror. */
  readonly mirror: boolean;
  /** This visitor may remove them. */
  readonly canRemove: boolean;
  /** The reference of the room. */
  readonly room: string;
  /** The own shares of the screen. */
  readonly ownScreens: readonly string[];
}

/**
 * Gives its host one participant of the page's call, and re-renders it only when something about that one changes: of sixteen tiles, the one whose person begins to speak.
 *
 * ```ts
 * #person = new ParticipantController(this, () => ({ calls: this.#session.value?.calls, id: this.participant }));
 * render() { return this.#person.value?.participant.name; }
 * ```
 */
export class ParticipantController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #wanted: () => { calls?: Calls; id: string };
  #watched: { calls?: Calls; id: string } = { id: "" };
  #unsubscribe?: () => void;
  #select: (state: CallsState) => InCall | undefined = () => undefined;
  #value?: InCall;
  #isConnected = false;

  constructor(host: ReactiveControllerHost, wanted: () => { calls?: Calls; id: string }) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
  }

  /** `undefined`: not in the call. */
  get value(): InCall | undefined {
    return this.#value;
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#watch(this.#wanted());
  }

  /** An update may come after the host was taken away: it must not be kept by the call. */
  hostUpdate(): void {
    if (this.#isConnected) this.#watch(this.#wanted());
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#watch({ id: "" });
  }

  #watch(wanted: { calls?: Calls; id: string }): void {
    if (wanted.calls === this.#watched.calls && wanted.id === this.#watched.id) return;
    this.#unsubscribe?.();
    this.#watched = wanted;
    this.#select = steady((state: CallsState) => inCall(state, wanted.id));
    this.#unsubscribe = wanted.calls?.subscribe(this.#handleChange);
    this.#handleChange();
  }

  #handleChange = (): void => {
    const { calls } = this.#watched;
    const value = calls && this.#select(calls.state);
    if (value === this.#value) return;
    this.#value = value;
    this.#host.requestUpdate();
  };
}

function inCall({ call, settings }: CallsState, id: string): InCall | undefined {
  const participant = call?.participants.find((one) => one.id === id);
  if (!call || !participant) return undefined;
  const reactions = call.reactions
    .filter(({ participantId }) => participantId === id)
    .map(({ id: key, emoji, at }) => ({ id: key, emoji, at }));
  const ownScreens = participant.isLocal ? call.screens.map((screen) => screen.id) : [];
  return {
    participant,
    reactions,
    mirror: settings.mirror,
    canRemove: call.canRemove && !participant.isLocal,
    room: call.room,
    ownScreens,
  };
}
