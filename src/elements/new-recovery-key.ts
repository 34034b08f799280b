import { msg } from "@lit/localize";

/** A new recovery key from the moment it is made until its owner has saved it. It is in no attribute and in no state that tools can list, and is forgotten at the end. */
export class NewRecoveryKey {
  readonly #groups: readonly string[];
  /** Which group has to be typed, counted from 1. */
  readonly asked: number;

  constructor(key: string) {
    this.#groups = key.split(" ");
    this.asked = 1 + (crypto.getRandomValues(new Uint32Array(1))[0]! % this.#groups.length);
  }

  get groups(): readonly string[] {
    return this.#groups;
  }

  get text(): string {
    return this.#groups.join(" ");
  }

  /** Whether `typed` is the group that was asked for, or the whole key. */
  isConfirmedBy(typed: string): boolean {
    const text = typed.replaceAll(/\s/g, "");
    return text === this.#groups[this.asked - 1] || text === this.#groups.join("");
  }

  async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.text);
  }

  download(): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${this.text}\n`], { type: "text/plain" }));
    link.download = `${msg("recovery key")}.txt`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
