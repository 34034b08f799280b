/** What a stubbed server answers to one request; `undefined` is a lost connection. */
export type StubAnswer = { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> } | undefined;

/** A request as the stub saw it. */
export interface StubRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly body: unknown;
  readonly cache: RequestCache | undefined;
}

/** Puts `answer` in the place of the network. `requests` has what was asked; `restore` gives the network back. */
export function stubFetch(answer: (request: StubRequest) => StubAnswer | Promise<StubAnswer>): {
  readonly requests: StubRequest[];
  restore(): void;
} {
  const real = globalThis.fetch;
  const requests: StubRequest[] = [];
  globalThis.fetch = async (input, init = {}) => {
    init.signal?.throwIfAborted();
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const url = input instanceof Request ? input.url : String(input);
    const request = {
      method: init.method ?? "GET",
      url,
      authorization: new Headers(init.headers).get("Authorization"),
      body,
      cache: init.cache,
    };
    requests.push(request);
    const given = await answer(request);
    if (!given) throw new TypeError("Failed to fetch");
    const text = typeof given.body === "string" ? given.body : JSON.stringify(given.body ?? {});
    return new Response(text, { status: given.status ?? 200, headers: { "Content-Type": "application/json", ...given.headers } });
  };
  return { requests, restore: () => void (globalThis.fetch = real) };
}
