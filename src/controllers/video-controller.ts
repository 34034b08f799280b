import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Calls } from "../media/calls-state.js";

/** Which track to show where. Without one of the three, nothing is shown. */
export interface Shown {
  readonly calls?: Pick<Calls, "attach">;
  readonly trackId?: string;
  readonly element?: HTMLVideoElement | null;
}

/**
 * Shows a track of a call in a video element of its host, for as long as the host is on the page and renders that element.
 *
 * ```ts
 * #video = new VideoController(this, () => ({ calls: this.calls, trackId: "…", element: this.renderRoot.querySelector("video") }));
 * ```
 */
export class VideoController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #wanted: () => Shown;
  #shown: Shown = {};
  #detach?: () => void;
  #isConnected = false;

  constructor(host: ReactiveControllerHost, wanted: () => Shown) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#host.requestUpdate(); // moved on the page, it shows again what it showed before
  }

  hostUpdated(): void {
    if (!this.#isConnected) return; // an update that comes after the host was taken away
    const wanted = this.#wanted();
    const { calls, trackId, element } = wanted;
    if (calls === this.#shown.calls && trackId === this.#shown.trackId && element === this.#shown.element) return;
    this.#end();
    this.#shown = wanted;
    if (calls && trackId && element) this.#detach = calls.attach(trackId, element);
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#end();
  }

  #end(): void {
    this.#detach?.();
    this.#detach = undefined;
    this.#shown = {};
  }
}
