import { expect } from "@open-wc/testing";

import { MeloError } from "../../src/internal/errors.js";
import { login, loginFlows, logout, ssoRedirectUrl, type SignIn } from "../../src/matrix/login.js";
import { stubFetch, type StubAnswer, type StubRequest } from "../support/stub-fetch.js";

const SERVER = "https://example.org";
const ALICE = { user_id: "@alice:example.org", device_id: "D", access_token: "t" };

describe("login", () => {
  let network: ReturnType<typeof stubFetch> | undefined;
  afterEach(() => network?.restore());

  it("sends each kind of attempt as the specification has it", async () => {
    const attempts: [SignIn, object][] = [
      [
        { type: "password", user: " alice ", password: "p" },
        { type: "m.login.password", identifier: { type: "m.id.user", user: "alice" }, password: "p" },
      ],
      [
        { type: "password", user: "a@b.org", password: "p" },
        { type: "m.login.password", identifier: { type: "m.id.thirdparty", medium: "email", address: "a@b.org" }, password: "p" },
      ],
      [
        { type: "password", user: "@alice:example.org", password: "p" },
        { type: "m.login.password", identifier: { type: "m.id.user", user: "@alice:example.org" }, password: "p" },
      ],
      [
        { type: "token", token: "x" },
        { type: "m.login.token", token: "x" },
      ],
      [
        { type: "jwt", token: "x" },
        { type: "org.matrix.login.jwt", token: "x" },
      ],
    ];
    serve(() => ({ body: ALICE }));
    for (const [attempt, body] of attempts) {
      const result = await login(SERVER, attempt, { name: "A browser" });
      expect(result).to.deep.equal({ userId: "@alice:example.org", deviceId: "D", accessToken: "t" });
      expect(network!.requests.at(-1)!.body).to.deep.equal({ ...body, initial_device_display_name: "A browser" });
    }
    expect(network!.requests.some(({ body }) => "refresh_token" in (body as object))).to.equal(false);
  });

  it("tells a wrong password, an unsupported way, a full server and a lost connection apart", async () => {
    const forbidden = { status: 403, body: { errcode: "M_FORBIDDEN", error: "no" } };
    const flows = { body: { flows: [{ type: "m.login.password" }] } };
    const answers: [SignIn["type"], StubAnswer, string][] = [
      ["password", forbidden, "login-rejected"],
      ["jwt", forbidden, "login-unsupported"],
      ["token", { status: 400, body: { errcode: "M_UNKNOWN" } }, "login-unsupported"],
      ["password", { status: 429, body: { retry_after_ms: 3000 } }, "rate-limited"],
      ["password", undefined, "homeserver-unreachable"],
      ["password", { body: { user_id: 1 } }, "homeserver-invalid"],
    ];
    for (const [type, answer, code] of answers) {
      serve(({ method }) => (method === "GET" ? flows : answer));
      const attempt = type === "password" ? ({ type, user: "alice", password: "p" } as const) : ({ type, token: "x" } as const);
      const error = await login(SERVER, attempt, {}).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(MeloError).with.property("code", code);
      if (code === "rate-limited") expect((error as MeloError).retryAfter).to.equal(3000);
      network!.restore();
    }
  });

  it("reads the flows that a server offers, and leaves out what is broken", async () => {
    serve(() => ({
      body: {
        flows: [
          { type: "m.login.sso", identity_providers: [{ id: "a", name: "A" }, 5, { name: "no id" }] },
          { type: "m.login.token" },
          null,
          "x",
        ],
      },
    }));
    expect(await loginFlows(SERVER)).to.deep.equal({
      password: false,
      token: true,
      jwt: false,
      sso: [{ id: "a", name: "A", icon: undefined }],
    });
    network!.restore();
    serve(() => ({ body: { flows: [{ type: "m.login.sso" }] } }));
    expect((await loginFlows(SERVER)).sso).to.deep.equal([{}]);
  });

  it("takes a token that is dead already for a logout", async () => {
    serve(() => ({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } }));
    await logout(SERVER, "t");
    expect(network!.requests[0]).to.include({ method: "POST", authorization: "Bearer t" });
  });

  it("writes the address of single sign-on", () => {
    expect(ssoRedirectUrl(SERVER, "https://host.org/?a=b#c", "i/d")).to.equal(
      "https://example.org/_matrix/client/v3/login/sso/redirect/i%2Fd?redirectUrl=https%3A%2F%2Fhost.org%2F%3Fa%3Db%23c",
    );
  });

  function serve(answer: (request: StubRequest) => StubAnswer): void {
    network = stubFetch(answer);
  }
});
