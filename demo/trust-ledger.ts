import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { accessOf, type DemoAccount, type TrustAccounts } from "./trust-accounts.js";

/** How often the server is asked, in ms. */
const ASK_EVERY = 2_000;
const SECRETS = [
  ["m.cross_signing.master", "identity, first part"],
  ["m.cross_signing.self_signing", "identity, second part"],
  ["m.cross_signing.user_signing", "identity, third part"],
  ["m.megolm_backup.v1", "key of the backup"],
] as const;

type Signatures = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface PublicKey {
  readonly keys: Readonly<Record<string, string>>;
  readonly signatures?: Signatures;
}

interface DeviceKeys extends PublicKey {
  readonly unsigned?: { readonly device_display_name?: string };
}

interface KeysAnswer {
  readonly device_keys?: Readonly<Record<string, Readonly<Record<string, DeviceKeys>>>>;
  readonly master_keys?: Readonly<Record<string, PublicKey>>;
  readonly self_signing_keys?: Readonly<Record<string, PublicKey>>;
  readonly user_signing_keys?: Readonly<Record<string, PublicKey>>;
}

interface Held {
  readonly keys: KeysAnswer;
  readonly secrets: readonly { readonly name: string; readonly stored?: string }[];
  readonly recovery: boolean;
  readonly backup?: { readonly version: string; readonly count: number };
}

/** What the server has of Alice's and Bob's trust, asked by plain requests with Alice's access and without any key: public keys, signatures, and ciphertext. */
export class TrustLedger extends LitElement {
  static override styles = css`
    :host {
      display: block;
      overflow: auto;
      padding: 14px;
      font-size: 0.875rem;
      --quiet: var(--melo-color-text-quiet);
    }
    section {
      padding-block-end: 14px;
      margin-block-end: 14px;
      border-block-end: 1px solid var(--melo-color-line);
    }
    section:last-child {
      border: 0;
      margin: 0;
    }
    h3 {
      margin: 0 0 6px;
      font-size: 0.875rem;
      font-weight: 650;
    }
    p {
      margin: 0 0 4px;
      color: var(--quiet);
    }
    ul {
      margin: 0;
      padding: 0;
      list-style: none;
      display: grid;
      gap: 6px;
    }
    li {
      display: grid;
      gap: 1px;
    }
    code {
      font: 11.5px/1.5 var(--melo-font-mono);
      overflow-wrap: anywhere;
      color: var(--quiet);
    }
    .sealed {
      color: var(--melo-color-text-accent);
    }
    small {
      color: var(--quiet);
    }
  `;

  @property({ attribute: false }) accounts?: TrustAccounts;
  @state() private held?: Held;
  @state() private failed = false;
  #life?: AbortController;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pagehide", this.#stop);
    window.addEventListener("pageshow", this.#start);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.#stop);
    window.removeEventListener("pageshow", this.#start);
    this.#stop();
  }

  protected override updated(): void {
    if (this.accounts && this.isConnected && !this.#life) void this.#follow(this.accounts);
  }

  protected override render(): TemplateResult {
    if (!this.held || !this.accounts)
      return html`<p role="status">${this.failed ? "The server does not answer. Trying again…" : "Asking the server…"}</p>`;
    const { alice, bob } = this.accounts;
    return html`${this.#renderPerson("Alice", alice)}${this.#renderPerson("Bob", bob)}${this.#renderVault(this.held)}`;
  }

  #renderPerson(name: string, { userId }: DemoAccount): TemplateResult {
    const { keys } = this.held!;
    const master = keys.master_keys?.[userId];
    const selfSigning = keyOf(keys.self_signing_keys?.[userId]);
    const devices = Object.entries(keys.device_keys?.[userId] ?? {});
    const { alice } = this.accounts!;
    const userSigning = keyOf(keys.user_signing_keys?.[alice.userId]);
    const verified = userId !== alice.userId && userSigning !== undefined && signedBy(master, alice.userId, userSigning);
    return html`<section>
      <h3>${name}</h3>
      <ul>
        <li>Identity (public)${verified ? html` <small>signed by Alice</small>` : nothing}<code>${keyOf(master)?.slice(8) ?? "none"}</code></li>
        ${devices.map(
          ([id, device]) =>
            html`<li>
              Device ${id} <small>${selfSigning && signedBy(device, userId, selfSigning) ? "signed by the identity" : "not signed"}</small
              ><code>${device.keys[`ed25519:${id}`]}</code>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #renderVault({ secrets, recovery, backup }: Held): TemplateResult {
    return html`<section>
        <h3>Under Alice’s recovery key</h3>
        <p>${recovery ? "Ciphertext only. The key that opens it was never sent." : "Nothing yet: she has no recovery key."}</p>
        <ul>
          ${secrets.map(({ name, stored }) => html`<li>${name}<code class=${stored ? "sealed" : nothing}>${stored ?? "none"}</code></li>`)}
        </ul>
      </section>
      <section>
        <h3>Alice’s backup</h3>
        <p>${backup ? `Version ${backup.version}: ${backup.count} message keys, each sealed for a key that only her devices have.` : "None."}</p>
      </section>`;
  }

  async #follow(accounts: TrustAccounts): Promise<void> {
    const { signal } = (this.#life = new AbortController());
    const { homeserver, alice, bob } = accounts;
    let token: string | undefined;
    const call = async <T>(method: string, path: string, body?: object, keepalive = false): Promise<T | undefined> => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${homeserver}/_matrix/client/v3${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
        keepalive,
      });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
      return (await answer.json()) as T;
    };
    signal.addEventListener("abort", () => token && void call("POST", "/logout", {}, true).catch(() => {}));
    const data = (type: string) => call<Record<string, unknown>>("GET", `/user/${encodeURIComponent(alice.userId)}/account_data/${type}`);
    while (!signal.aborted) {
      try {
        token ??= await accessOf(accounts, alice);
        const asked = { device_keys: { [alice.userId]: [], [bob.userId]: [] } };
        const [keys = {}, backup, current, ...stored] = await Promise.all([
          call<KeysAnswer>("POST", "/keys/query", asked),
          call<{ version: string; count: number }>("GET", "/room_keys/version"),
          data("m.secret_storage.default_key"),
          ...SECRETS.map(([type]) => data(type)),
        ]);
        const secrets = SECRETS.map(([, name], index) => ({ name, stored: ciphertextIn(stored[index]) }));
        this.held = { keys, secrets, recovery: typeof current?.["key"] === "string", backup };
        this.failed = false;
      } catch {
        this.failed = true;
        this.held = undefined;
        token = undefined;
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    }
  }

  #start = (): void => this.requestUpdate();

  #stop = (): void => {
    this.#life?.abort();
    this.#life = undefined;
  };
}

/** `ed25519:…`, with the key itself as its id. */
function keyOf(key: PublicKey | undefined): string | undefined {
  return Object.keys(key?.keys ?? {})[0];
}

function signedBy(key: PublicKey | undefined, userId: string, signer: string): boolean {
  return key?.signatures?.[userId]?.[signer] !== undefined;
}

function ciphertextIn(content: Record<string, unknown> | undefined): string | undefined {
  const [sealed] = Object.values((content?.["encrypted"] ?? {}) as Record<string, { ciphertext?: string }>);
  return sealed?.ciphertext;
}

customElements.define("trust-ledger", TrustLedger);

declare global {
  interface HTMLElementTagNameMap {
    "trust-ledger": TrustLedger;
  }
}
