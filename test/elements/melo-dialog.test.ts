import { expect, fixture, html, oneEvent, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-dialog.js";
import type { MeloDialog, MeloDialogCloseEvent } from "../../src/elements/melo-dialog.js";

describe("<melo-dialog>", () => {
  let root: HTMLElement;
  let dialog: MeloDialog;
  const native = (): HTMLDialogElement => dialog.shadowRoot!.querySelector("dialog")!;
  const press = (value: "cancel" | "confirm"): void => dialog.shadowRoot!.querySelector<HTMLButtonElement>(`[value=${value}]`)!.click();

  beforeEach(async () => {
    root = await fixture(html`
      <div><button id="leave">Leave</button><melo-dialog heading="Leave the garden?" confirm="Leave">You can come back.</melo-dialog></div>
    `);
    dialog = root.querySelector("melo-dialog")!;
    root.querySelector<HTMLElement>("#leave")!.focus();
  });

  it("resolves with the answer, and tells the page", async () => {
    for (const value of ["confirm", "cancel"] as const) {
      const answer = dialog.ask();
      await waitUntil(() => native().open);
      const closed = oneEvent<MeloDialogCloseEvent>(root, "melo-dialog-close");
      press(value);
      expect(await answer).to.equal(value === "confirm");
      expect((await closed).confirmed).to.equal(value === "confirm");
    }
  });

  it("takes the focus to the answer that changes nothing, and gives it back", async () => {
    const answer = dialog.ask();
    await waitUntil(() => native().open);
    expect((dialog.shadowRoot!.activeElement as HTMLButtonElement).value).to.equal("cancel");
    press("cancel");
    await answer;
    expect(document.activeElement!.id).to.equal("leave");
  });

  it("takes Escape as no", async () => {
    const answer = dialog.ask();
    await waitUntil(() => native().open);
    native().requestClose();
    expect(await answer).to.be.false;
    expect(native().open).to.be.false;
  });

  it("answers no when it is removed, and opens again when it is back", async () => {
    const answer = dialog.ask();
    await waitUntil(() => native().open);
    dialog.remove();
    expect(await answer).to.be.false;
    root.append(dialog);
    expect(native().open).to.be.false;
    const again = dialog.ask();
    await waitUntil(() => native().open);
    press("confirm");
    expect(await again).to.be.true;
  });

  it("is named by its question and accessible", async () => {
    void dialog.ask();
    await waitUntil(() => native().open);
    for (const animation of native().getAnimations()) animation.finish();
    expect(native().getAttribute("aria-labelledby")).to.equal("heading");
    expect(dialog.shadowRoot!.querySelector("#heading")!.textContent).to.equal("Leave the garden?");
    await expect(dialog).to.be.accessible();
  });
});
