import type { Hearing } from "./call-choices.js";

/** One sound that is played: a microphone, or the sound of a screen. */
export interface Sound {
  readonly id: string;
  readonly track: MediaStreamTrack;
  readonly hearing: Hearing;
}

interface Playing {
  readonly track: MediaStreamTrack;
  readonly element: HTMLAudioElement;
  gain?: { readonly source: MediaStreamAudioSourceNode; readonly node: GainNode };
}

type WithSink = HTMLMediaElement & { setSinkId?(id: string): Promise<void> };
type ContextWithSink = AudioContext & { setSinkId?(id: string): Promise<void> };

/** Plays what is heard, without any element of the page. Louder than it comes needs WebAudio; everything else is one audio element for each sound, which every browser plays best. */
export class Playback {
  readonly #onBlocked: (blocked: boolean) => void;
  readonly #playing = new Map<string, Playing>();
  #context?: AudioContext;
  #speaker = "default";
  #silent = false;
  #blocked = false;

  constructor(onBlocked: (blocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  /** Plays exactly these. */
  show(sounds: readonly Sound[], silent: boolean): void {
    this.#silent = silent;
    const wanted = new Map(sounds.map((sound) => [sound.id, sound]));
    for (const [id, playing] of this.#playing) if (wanted.get(id)?.track !== playing.track) this.#stop(id, playing);
    for (const sound of sounds) {
      const playing = this.#playing.get(sound.id) ?? this.#start(sound);
      this.#setVolume(playing, sound.hearing);
    }
  }

  /** Plays on another device. Rejects if the browser does not let that one be used. */
  async setSpeaker(id: string): Promise<void> {
    this.#speaker = id;
    await Promise.all([...this.#playing.values()].map(({ element }) => sinkTo(element, id)));
    if (this.#context) await (this.#context as ContextWithSink).setSinkId?.(id === "default" ? "" : id);
  }

  /** Call it from a click: what the browser held back is played. */
  async resume(): Promise<void> {
    await Promise.allSettled([this.#context?.resume(), ...[...this.#playing.values()].map(({ element }) => element.play())]);
    this.#setBlocked([...this.#playing.values()].some(({ element }) => element.paused));
  }

  end(): void {
    for (const [id, playing] of this.#playing) this.#stop(id, playing);
    void this.#context?.close().catch(() => {});
    this.#context = undefined;
    this.#setBlocked(false);
  }

  #start({ id, track }: Sound): Playing {
    const element = new Audio();
    element.srcObject = new MediaStream([track]);
    const playing: Playing = { track, element };
    this.#playing.set(id, playing);
    if (this.#speaker !== "default") void sinkTo(element, this.#speaker).catch(() => {}); // then it sounds where the system plays
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#setBlocked(true);
    });
    return playing;
  }

  #setVolume(playing: Playing, { volume, muted }: Hearing): void {
    const level = this.#silent || muted ? 0 : volume;
    if (level > 1 && !playing.gain) playing.gain = this.#amplify(playing);
    const { element, gain } = playing;
    // Chromium gives a remote track to WebAudio only while an element plays it too, so the element goes on without a sound.
    element.muted = gain !== undefined || level === 0;
    element.volume = gain ? 0 : Math.min(level, 1);
    if (gain) gain.node.gain.value = level;
  }

  #amplify({ track }: Playing): Playing["gain"] {
    const context = (this.#context ??= new AudioContext());
    if (this.#speaker !== "default") void (context as ContextWithSink).setSinkId?.(this.#speaker).catch(() => {});
    if (context.state === "suspended") void context.resume();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const node = context.createGain();
    source.connect(node).connect(context.destination);
    return { source, node };
  }

  #stop(id: string, { element, gain }: Playing): void {
    this.#playing.delete(id);
    element.pause();
    element.srcObject = null;
    gain?.source.disconnect();
    gain?.node.disconnect();
  }

  #setBlocked(blocked: boolean): void {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    this.#onBlocked(blocked);
  }
}

async function sinkTo(element: HTMLMediaElement, id: string): Promise<void> {
  await (element as WithSink).setSinkId?.(id === "default" ? "" : id);
}
