import { msg } from "@lit/localize";
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from "lit";

import type { StateItem, TimelineItem } from "../matrix/timeline-item.js";
import type { SessionApi } from "../session/session-api.js";
import { callLine } from "./call-line.js";
import { icon } from "./icon.js";

type Host = ReactiveControllerHost & Element & { readonly item?: TimelineItem; readonly room: string; readonly session?: SessionApi };

interface Called {
  readonly key: string;
  readonly problem?: string;
}

/** A call as a row of the timeline: who called and what became of it, and for a missed one a button that calls back. */
export class CallLineView {
  readonly #host: Host;
  /** The call that was last called back: under way, or why it did not go. */
  #called?: Called;

  constructor(host: Host) {
    this.#host = host;
  }

  /** When the words change by themselves, in ms since 1970. */
  get changesAt(): number | undefined {
    const { item } = this.#host;
    return item?.kind === "state" ? callLine(item, Date.now())?.changesAt : undefined;
  }

  /** `undefined` for every change that is no call. */
  render(item: StateItem, time: TemplateResult): TemplateResult | undefined {
    const line = callLine(item, Date.now());
    return (
      line &&
      html`<div class="message change call" part="message">
        <span></span>
        <div class="note ${line.missed ? "missed" : ""}" part="body" dir="auto">${icon(line.icon)}<bdi>${line.text}</bdi>${time}${
          line.missed && item.eventId && this.#host.session && this.#host.room ? this.#renderCallBack(item) : nothing
        }</div>
      </div>`
    );
  }

  #renderCallBack(item: StateItem): TemplateResult {
    const called = this.#called?.key === item.key ? this.#called : undefined;
    const isBusy = called !== undefined && called.problem === undefined;
    return html` <button class="link" ?disabled=${isBusy} @click=${() => this.#callBack(item)}>${isBusy ? msg("Calling…") : msg("Call back")}</button>${
      called?.problem ? html` <span role="alert">${called.problem}</span>` : nothing
    }`;
  }

  /** Its code, and the words for what may fail, come with the click. */
  async #callBack({ key, eventId, change }: StateItem): Promise<void> {
    const { room, session } = this.#host;
    this.#show({ key });
    const call = { id: eventId!, room, video: change.type === "call" && change.video };
    const problem = await import("./call-back.js").then(
      ({ callBack }) => callBack(this.#host, session!, call),
      () => msg("The code for calls could not be loaded. Try again."),
    );
    this.#show(problem === undefined ? undefined : { key, problem });
  }

  #show(called: Called | undefined): void {
    this.#called = called;
    this.#host.requestUpdate();
  }
}
