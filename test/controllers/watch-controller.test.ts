import { expect, fixture } from "@open-wc/testing";
import { LitElement, html, type TemplateResult } from "lit";

import { WatchController } from "../../src/controllers/watch-controller.js";
import { Source, type Readable } from "../../src/internal/readable.js";

/** Tells how many listen to it. */
class Counted implements Readable<{ readonly count: number }> {
  readonly source = new Source<{ count: number }>({ count: 1 });
  listeners = 0;

  get state(): { readonly count: number } {
    return this.source.state;
  }

  subscribe(listener: () => void): () => void {
    const end = this.source.subscribe(listener);
    this.listeners++;
    return () => {
      this.listeners--;
      end();
    };
  }
}

class TestHost extends LitElement {
  readonly readable = new Counted();
  readonly watch = new WatchController(
    this,
    () => this.readable,
    ({ count }) => count,
  );

  protected override render(): TemplateResult {
    return html`${this.watch.value}`;
  }
}
customElements.define("watch-test-host", TestHost);

describe("WatchController", () => {
  it("lets go of what it watched when its host is taken away, also if an update comes after that", async () => {
    const host = await fixture<TestHost>("<watch-test-host></watch-test-host>");
    expect(host.readable.listeners).to.equal(1);
    host.remove();
    host.requestUpdate();
    await host.updateComplete;
    expect(host.readable.listeners).to.equal(0);
  });

  it("watches again when its host comes back", async () => {
    const host = await fixture<TestHost>("<watch-test-host></watch-test-host>");
    const place = host.parentElement!;
    host.remove();
    await host.updateComplete;
    host.readable.source.merge({ count: 2 });
    place.append(host);
    await host.updateComplete;
    expect(host.shadowRoot!.textContent).to.include("2");
    expect(host.readable.listeners).to.equal(1);
  });
});
