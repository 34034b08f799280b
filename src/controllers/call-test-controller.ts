import type { CallTest } from "../media/call-test-state.js";
import type { SessionApi } from "../session/session-api.js";
import { AccountPartController } from "./account-part-controller.js";

/**
 * Gives its host the test of calls of its session, and re-renders it with each step. Actions: `part`.
 *
 * ```ts
 * #test = new CallTestController(this);
 * render() { return html`<button @click=${() => this.#test.part?.start()}>${this.#test.value?.status}</button>`; }
 * ```
 */
export class CallTestController extends AccountPartController<CallTest> {
  protected override partOf(session: SessionApi): CallTest {
    return session.calls.test;
  }
}
