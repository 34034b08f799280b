import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import type { SfuFrames, SfuTrack } from "./sfu-frames.js";
import type { DemoStack } from "./stack-info.js";

/** How often the counts are read, in ms. */
const EVERY = 500;

/** Shows the call of one room as the SFU has it: who sends, how much, and frames that nobody without a key can decode. */
export class SfuView extends LitElement {
  static override styles = css`
    :host {
      display: flex;
      flex-direction: column;
      gap: 12px;
      min-block-size: 0;
      overflow: auto;
      padding: 12px;
      --quiet: var(--melo-color-text-quiet);
    }
    p {
      margin: 0;
      color: var(--quiet);
      font-size: 0.875rem;
      text-wrap: pretty;
    }
    .nothing {
      margin: auto;
      text-align: center;
      padding: 12px;
    }
    button {
      font: inherit;
      font-size: 0.875rem;
      font-weight: 600;
      align-self: start;
      color: var(--melo-color-text-accent);
      background: none;
      border: 1px solid var(--melo-color-line);
      border-radius: calc(var(--melo-corner) * 0.7);
      min-block-size: 36px;
      padding: 3px 12px;
      cursor: pointer;
    }
    button:focus-visible {
      outline: var(--melo-focus);
      outline-offset: 2px;
    }
    article {
      border: 1px solid var(--melo-color-line);
      border-radius: var(--melo-corner);
      background: var(--melo-color-surface);
      padding: 8px 12px 10px;
      font-size: 12.5px;
      min-inline-size: 0;
    }
    header {
      display: flex;
      flex-wrap: wrap;
      gap: 0 8px;
      justify-content: space-between;
      margin-block-end: 4px;
    }
    b {
      font-weight: 650;
      overflow-wrap: anywhere;
    }
    header span {
      color: var(--quiet);
    }
    dl {
      display: grid;
      grid-template-columns: 1fr auto;
      gap: 1px 12px;
      margin: 0 0 6px;
      font-variant-numeric: tabular-nums;
    }
    dt {
      color: var(--quiet);
    }
    dd {
      margin: 0;
      text-align: end;
    }
    pre {
      margin: 0;
      font: 11px/1.5 var(--melo-font-mono);
      white-space: pre-wrap;
      overflow-wrap: anywhere;
      color: var(--melo-color-text-accent);
    }
  `;

  @property({ attribute: false }) stack?: DemoStack;

  /** Id of the room whose call is looked at. */
  @property() room = "";

  /** Whose account gets the access, by user name. The keys of their devices play no part. */
  @property() as = "";

  @state() private tracks: readonly SfuTrack[] = [];
  @state() private status: "idle" | "connecting" | "looking" | "failed" = "idle";
  @state() private problem = "";

  #frames?: SfuFrames;
  #timer?: ReturnType<typeof setInterval>;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pagehide", this.#stop);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.#stop);
    this.#stop();
  }

  protected override render(): TemplateResult {
    if (this.stack && !this.stack.tokenService) return html`<p class="nothing">This demo runs without calls: there is no LiveKit here.</p>`;
    if (this.status === "idle" || this.status === "failed") {
      return html`
        <p>
          Look at the call from where its media server stands: with a valid access, and without any key. The people in the call are told that
          somebody is connected who does not belong.
        </p>
        ${this.problem ? html`<p role="alert">It did not work: ${this.problem}</p>` : nothing}
        <button type="button" ?disabled=${!this.stack} @click=${this.#start}>Look in</button>
      `;
    }
    return html`
      <button type="button" @click=${this.#stop}>Stop looking</button>
      ${
        this.tracks.length
          ? repeat(
              this.tracks,
              ({ id }) => id,
              (track) => this.#renderTrack(track),
            )
          : html`<p class="nothing" role="status">${this.status === "connecting" ? "Connecting…" : "Nobody sends anything yet. Join the call."}</p>`
      }
    `;
  }

  #renderTrack({ identity, kind, frames, sealed, decoded, newest }: SfuTrack): TemplateResult {
    const what = { sound: "sound", picture: "picture", screen: "screen" }[kind];
    return html`<article data-kind=${kind} data-frames=${frames} data-sealed=${sealed} data-decoded=${decoded ?? nothing}>
      <header><b>${identity}</b><span>${what}</span></header>
      <dl>
        <dt>Frames that came</dt>
        <dd>${frames}</dd>
        <dt>of them encrypted</dt>
        <dd>${sealed}</dd>
        ${decoded === undefined ? nothing : html`<dt>that pass for a picture (noise)</dt><dd>${decoded}</dd>`}
      </dl>
      <pre aria-label="The beginning of the newest frame">${hex(newest)}</pre>
    </article>`;
  }

  #start = async (): Promise<void> => {
    if (!this.stack || this.#frames) return;
    [this.status, this.problem] = ["connecting", ""];
    const { SfuFrames } = await import("./sfu-frames.js");
    const frames = (this.#frames = new SfuFrames());
    try {
      await frames.connect(this.stack, this.room, this.as);
      if (this.#frames !== frames) return frames.close();
      this.status = "looking";
      this.#timer = setInterval(() => void this.#read(frames), EVERY);
    } catch (error) {
      this.#stop();
      this.status = "failed";
      this.problem = error instanceof Error ? error.message : String(error);
    }
  };

  async #read(frames: SfuFrames): Promise<void> {
    const tracks = await frames.tracks();
    if (this.#frames === frames) this.tracks = tracks;
  }

  #stop = (): void => {
    clearInterval(this.#timer);
    this.#frames?.close();
    this.#frames = undefined;
    this.tracks = [];
    this.status = "idle";
  };
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

customElements.define("sfu-view", SfuView);

declare global {
  interface HTMLElementTagNameMap {
    "sfu-view": SfuView;
  }
}
