import type { ReactiveController } from "lit";

import type { Readable } from "../internal/readable.js";
import type { SessionApi } from "../session/session-api.js";
import { encryptionHealth, type EncryptionHealth } from "./encryption-health.js";
import { SessionController, type SessionHost } from "./session-controller.js";
import { onToldPeople, toldPeople } from "./told-people.js";
import { WatchController } from "./watch-controller.js";

/** How long secrets may take to arrive after a verification before anybody is bothered, in ms. */
const SECRETS_TAKE = 60_000;
/** Where "later" is kept: with the drafts, encrypted, and gone with them at sign-out. No room is called so. */
const KEPT = "encryption-health/later";

/**
 * Gives its host the health of the encryption on this device, and what the visitor said to it.
 *
 * ```ts
 * #health = new EncryptionHealthController(this);
 * render() { return this.#health.value.status === "attention" && !this.#health.isPutOff ? … : nothing; }
 * ```
 */
export class EncryptionHealthController implements ReactiveController {
  readonly #host: SessionHost;
  readonly #session: SessionController;
  #verifiedAt?: number;
  #crossSigning?: string;
  /** The step; of people, with their user ids, separated by spaces. */
  #later?: string;
  #connected?: AbortController;
  #laterOf?: SessionApi;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#session = new SessionController(host);
    const running = (): SessionApi | undefined => (this.session?.state.account ? this.session : undefined);
    const watch = <S extends object>(find: () => Readable<S> | undefined): void => void new WatchController(host, find, (state) => state);
    watch(() => this.session);
    watch(() => running()?.recovery);
    watch(() => running()?.rooms);
    watch(() => (this.session?.state.crossSigning === "unknown" ? undefined : running()?.identity));
    // Only a verified device can tell the visitor's own from others.
    watch(() => (this.session?.state.crossSigning === "ready" ? running()?.devices : undefined));
    host.addController(this);
  }

  get session(): SessionApi | undefined {
    return this.#session.value;
  }

  /** No `<melo-session>` is there to wait for. */
  get missing(): boolean {
    return this.#session.missing;
  }

  get value(): EncryptionHealth {
    const { session } = this;
    if (!session) return { status: "loading" };
    return encryptionHealth({
      session: session.state,
      identity: session.identity.state,
      recovery: session.recovery.state,
      hasEncryptedRoom: session.rooms.state.rooms.some(({ encrypted, membership }) => encrypted && membership === "join"),
      hasChangedPerson: this.#changedPeople.length > 0,
      hasNewDevice: this.#newDevices.length > 0,
      isFreshlyVerified: this.#verifiedAt !== undefined && performance.now() - this.#verifiedAt < SECRETS_TAKE,
    });
  }

  /** The visitor said "later" to what is to be done now. */
  get isPutOff(): boolean {
    const { step } = this.value;
    if (step === undefined || !this.#later) return false;
    const [putOff, ...people] = this.#later.split(" ");
    return putOff === step && (step !== "check-people" || this.#changedPeople.every((userId) => people.includes(userId)));
  }

  /** Not again until the visitor signs out, or something else is to be done. Of new devices it says that the visitor knows them; the next one is told again, and so is the next person. */
  async later(): Promise<void> {
    const { step } = this.value;
    if (step === "check-devices") return this.session?.devices.acknowledge(this.#newDevices);
    this.#later = step === "check-people" ? [step, ...this.#changedPeople].join(" ") : step;
    this.#host.requestUpdate();
    if (this.#later) await this.session?.drafts.save(KEPT, this.#later).catch(() => {}); // for this visit it holds all the same
  }

  /** About whom nothing else on the page asks. */
  get #changedPeople(): readonly string[] {
    const { session } = this;
    if (!session) return [];
    const told = toldPeople(session);
    return session.identity.state.changedPeople.filter((userId) => !told.has(userId));
  }

  /** Those that have no keys read no encrypted message: the list of devices says that. */
  get #newDevices(): readonly string[] {
    const devices = this.session?.devices.state.devices ?? [];
    return devices.filter(({ isNew, trust }) => isNew && trust === "unverified").map(({ deviceId }) => deviceId);
  }

  hostUpdate(): void {
    const { session } = this;
    const crossSigning = session?.state.crossSigning;
    if (this.#crossSigning === "missing" && crossSigning === "ready") this.#startHealing();
    this.#crossSigning = crossSigning;
    if (session && session.state.account && session !== this.#laterOf) void this.#recall(session);
  }

  hostConnected(): void {
    this.#connected = new AbortController();
    onToldPeople(() => this.#host.requestUpdate(), this.#connected.signal);
  }

  hostDisconnected(): void {
    this.#connected?.abort();
    clearTimeout(this.#timer);
  }

  #startHealing(): void {
    this.#verifiedAt = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#host.requestUpdate(), SECRETS_TAKE);
  }

  async #recall(session: SessionApi): Promise<void> {
    this.#laterOf = session;
    const kept = await session.drafts.load(KEPT).catch(() => "");
    if (session !== this.#laterOf || !kept) return;
    this.#later ??= kept;
    this.#host.requestUpdate();
  }
}
