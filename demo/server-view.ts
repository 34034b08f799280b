import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { followStoredEvents, type StoredEvent } from "./stored-events.js";
import type { DemoStack } from "./stack-info.js";

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** How long, in ms, to wait before asking a server again that did not answer. */
const RETRY_AFTER = 2000;

/** Shows the events of one room as the server has them: what anyone who runs, seizes or breaks into that server can read. */
export class ServerView extends LitElement {
  static override styles = css`
    :host {
      display: flex;
      flex-direction: column;
      min-block-size: 0;
      --quiet: var(--melo-color-text-quiet);
    }
    .list {
      flex: 1;
      overflow: auto;
      min-block-size: 0;
      padding: 12px;
      display: flex;
      flex-direction: column;
      gap: 8px;
    }
    .list > :first-child {
      margin-block-start: auto;
    }
    .list:focus-visible {
      outline: var(--melo-focus);
      outline-offset: -2px;
    }
    p {
      margin: 0;
      color: var(--quiet);
      text-align: center;
      padding: 24px;
    }
    article {
      border: 1px solid var(--melo-color-line);
      border-radius: var(--melo-corner);
      background: var(--melo-color-surface);
      padding: 8px 12px 10px;
      font-size: 12.5px;
    }
    article.newest {
      border-color: color-mix(in oklab, transparent, var(--melo-color-accent) 60%);
      background: var(--melo-color-accent-soft);
    }
    header {
      display: flex;
      gap: 8px;
      align-items: baseline;
      margin-block-end: 4px;
    }
    header b {
      font-weight: 650;
      overflow-wrap: anywhere;
    }
    header span {
      flex: 1;
    }
    time,
    header span,
    summary {
      color: var(--quiet);
    }
    time {
      font-variant-numeric: tabular-nums;
    }
    pre {
      margin: 0;
      font: 11.5px/1.5 var(--melo-font-mono);
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
    .sealed {
      color: var(--melo-color-text-accent);
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 4;
      overflow: hidden;
    }
    summary {
      cursor: pointer;
      padding-block: 4px;
      border-radius: 4px;
    }
    summary:focus-visible {
      outline: var(--melo-focus);
    }
    article > details {
      margin-block-start: 4px;
    }
    details.open-state {
      padding-inline: 12px;
      font-size: 12px;
    }
    .open-state summary {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      padding-block: 0;
    }
    code {
      font: 11.5px var(--melo-font-mono);
    }
    @media (prefers-reduced-motion: no-preference) {
      article.newest {
        animation: arrive 220ms cubic-bezier(0.2, 0, 0, 1);
      }
      @keyframes arrive {
        from {
          opacity: 0;
          translate: 0 6px;
        }
      }
    }
  `;

  @property({ attribute: false }) stack?: DemoStack;

  /** Alias of the room. */
  @property() room = "";

  /** Whose account looks, by user name. The keys of their devices play no part. */
  @property() as = "";

  @state() private events: readonly StoredEvent[] = [];
  @state() private status: "asking" | "following" | "failed" = "asking";

  @query(".list") private list!: HTMLElement;

  #following?: AbortController;
  #atEnd = true;
  #resizes = new ResizeObserver(() => this.#keepEnd());

  override connectedCallback(): void {
    super.connectedCallback();
    // A page that is left gives its access back; one that comes back from the browser's cache asks for another.
    window.addEventListener("pagehide", this.#stop);
    window.addEventListener("pageshow", this.#start);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.#stop);
    window.removeEventListener("pageshow", this.#start);
    this.#stop();
  }

  protected override firstUpdated(): void {
    this.#resizes.observe(this.list);
  }

  protected override updated(): void {
    this.#keepEnd();
    if (this.stack && this.isConnected && !this.#following) void this.#follow(this.stack);
  }

  protected override render(): TemplateResult {
    return html`
      <div class="list" @scroll=${this.#handleScroll} tabindex="0" role="region" aria-label="Events on the server, newest last">
        ${
          this.events.length
            ? repeat(
                runs(this.events),
                ([first]) => first.event_id,
                (run) => (run[0].state_key === undefined ? this.#renderMessage(run[0]) : this.#renderState(run)),
              )
            : html`<p>${EMPTY[this.status]}</p>`
        }
      </div>
    `;
  }

  #renderState(run: Run): TemplateResult {
    const what = run.length > 1 ? `${run.length} events about the room` : `One event about the room (${run[0].type})`;
    return html`
      <details class="open-state">
        <summary>${what}, in the open</summary>
        ${run.map((event) => html`<pre>${JSON.stringify(event, undefined, 2)}</pre>`)}
      </details>
    `;
  }

  #renderMessage(event: StoredEvent): TemplateResult {
    const newest = event === this.events.at(-1);
    const whole = JSON.stringify(event, undefined, 2);
    const ciphertext = event.content["ciphertext"];
    return html`
      <article class=${newest ? "newest" : nothing}>
        <header>
          <b>${event.sender}</b><span>${newest ? "newest" : nothing}</span
          ><time datetime=${new Date(event.origin_server_ts).toISOString()}>${TIME.format(event.origin_server_ts)}</time>
        </header>
        <pre class=${ciphertext ? "sealed" : nothing}>${ciphertext ?? JSON.stringify(event.content, undefined, 2)}</pre>
        <details><summary>All that the server has of it</summary><pre>${whole}</pre></details>
      </article>
    `;
  }

  async #follow(stack: DemoStack): Promise<void> {
    const { signal } = (this.#following = new AbortController());
    const user = stack.users.find(({ username }) => username === this.as);
    while (!signal.aborted && user) {
      try {
        await followStoredEvents({ homeserver: stack.homeserver, ...user }, this.room, this.#handleEvents, signal);
      } catch {
        if (!signal.aborted) this.status = "failed";
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
      }
    }
  }

  #start = (): void => this.requestUpdate();

  #stop = (): void => {
    this.#following?.abort();
    this.#following = undefined;
  };

  #handleEvents = (events: readonly StoredEvent[]): void => {
    const known = new Set(this.events.map(({ event_id: id }) => id));
    this.events = [...this.events, ...events.filter(({ event_id: id }) => !known.has(id))];
    this.status = "following";
  };

  #handleScroll = (): void => void (this.#atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40);

  /** Stays at the newest event, unless somebody scrolled back to read. */
  #keepEnd = (): void => {
    if (this.#atEnd) this.list.scrollTo({ top: this.list.scrollHeight });
  };
}

const EMPTY = {
  asking: "Asking the server…",
  following: "Nothing is stored yet.",
  failed: "The server does not answer. Trying again…",
};

type Run = readonly [StoredEvent, ...StoredEvent[]];

/** Each message alone, and what follows each other of the room's state in one. */
function runs(events: readonly StoredEvent[]): readonly Run[] {
  const found: [StoredEvent, ...StoredEvent[]][] = [];
  for (const event of events) {
    const last = found.at(-1);
    if (last && event.state_key !== undefined && last[0].state_key !== undefined) last.push(event);
    else found.push([event]);
  }
  return found;
}

customElements.define("server-view", ServerView);

declare global {
  interface HTMLElementTagNameMap {
    "server-view": ServerView;
  }
}
