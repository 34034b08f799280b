import type { Page } from "playwright-core";

export interface LoggedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** HTTP status; absent while there is no answer. */
  status?: number;
}

/** All that a page says and asks for while it is open, frames and reloads included. */
export class PageLog {
  readonly console: { readonly type: string; readonly text: string }[] = [];
  /** Uncaught errors and rejections, each once. */
  readonly errors: string[] = [];
  readonly requests: LoggedRequest[] = [];
  /** `directive blockedURI`, of the page and its frames. */
  readonly violations: string[] = [];

  /** Call before the page navigates. */
  static async of(page: Page): Promise<PageLog> {
    const log = new PageLog();
    page.on("console", (message) => {
      const violation = message.text().match(/^melo-e2e-violation (.*)/s);
      if (violation) log.violations.push(violation[1]!);
      else log.console.push({ type: message.type(), text: message.text() });
    });
    page.on("pageerror", ({ stack, message }) => log.errors.includes(stack ?? message) || log.errors.push(stack ?? message));
    page.on("request", (request) => {
      const entry: LoggedRequest = {
        method: request.method(),
        url: request.url(),
        headers: request.headers(),
        body: request.postData() ?? "",
      };
      log.requests.push(entry);
      void request.response().then(
        (response) => (entry.status = response?.status()),
        () => {},
      );
    });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
        console.info(`melo-e2e-violation ${effectiveDirective} ${blockedURI}`),
      );
    });
    return log;
  }

  /** The requests whose path (without the host) matches, oldest first. */
  requestsTo(path: RegExp, method?: string): LoggedRequest[] {
    return this.requests.filter((request) => path.test(new URL(request.url).pathname) && (!method || request.method === method));
  }

  /** Attempts to publish keys that the server refused: what a second identity under one device id looks like from outside. */
  get refusedKeyUploads(): LoggedRequest[] {
    return this.requestsTo(/\/keys\/upload$/, "POST").filter(({ status }) => status !== undefined && status >= 400);
  }
}
