import { expect } from "@open-wc/testing";

import { MeloError, type MeloErrorCode } from "../../src/internal/errors.js";
import { CallService } from "../../src/media/call-service.js";

const SERVICE = "https://rtc.hs/jwt";
const REQUEST = { roomId: "!room:hs", serviceUrl: SERVICE, memberId: "@ann:hs:DEV", sticky: false };
const OPENID = { access_token: "openid-secret", token_type: "Bearer", matrix_server_name: "hs", expires_in: 3600 };

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

describe("CallService", () => {
  const { fetch } = globalThis;
  let asked: Asked[];
  let answer: (url: string) => Response;

  beforeEach(() => {
    asked = [];
    answer = () => Response.json({ url: "wss://sfu.hs", jwt: "a.b.c" });
    globalThis.fetch = async (url, init = {}) => {
      asked.push({ url: String(url), init });
      return answer(String(url));
    };
  });

  afterEach(() => void (globalThis.fetch = fetch));

  function service(transports: unknown, configured?: string): CallService {
    const http = {
      authedRequest: async () => {
        if (transports instanceof Error) throw transports;
        return { rtc_transports: transports };
      },
    };
    const client = { http, getOpenIdToken: async () => OPENID, getSafeUserId: () => "@ann:hs", getDeviceId: () => "DEV" };
    return new CallService({ client: client as never, homeserver: "https://hs", configured, toError: (error) => MeloError.from(error) });
  }

  async function rejects(promise: Promise<unknown>, code: MeloErrorCode): Promise<MeloError> {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => MeloError.from(reason),
    );
    expect(error?.code).to.equal(code);
    return error!;
  }

  it("takes the homeserver's own service first", async () => {
    expect(
      await service([{ type: "other" }, { type: "livekit", livekit_service_url: `${SERVICE}/` }], "https://configured").own(),
    ).to.equal(SERVICE);
  });

  it("then the discovery document's, then the configured one, then says that there is none", async () => {
    const foci = { "org.matrix.msc4143.rtc_foci": [{ type: "livekit", livekit_service_url: "https://well-known" }] };
    answer = () => Response.json(foci);
    expect(await service([]).own()).to.equal("https://well-known");
    expect(asked[0]!.url).to.equal("https://hs/.well-known/matrix/client");
    answer = () => new Response("", { status: 404 });
    expect(await service([], "https://configured/").own()).to.equal("https://configured");
    expect(await service(new MeloError("unsupported", "no such address"), "https://configured").own()).to.equal("https://configured");
    await rejects(service([]).own(), "call-service-missing");
  });

  it("does not take a homeserver that is away for one without a service", async () => {
    await rejects(service(new MeloError("homeserver-unreachable", "away"), "https://configured").own(), "homeserver-unreachable");
  });

  it("asks as Element Call does, with a token that speaks for this account", async () => {
    expect(await service([]).access(REQUEST)).to.deep.equal({ url: "wss://sfu.hs", token: "a.b.c" });
    const [{ url, init }] = asked as [Asked];
    expect(url).to.equal(`${SERVICE}/sfu/get`);
    expect(JSON.parse(String(init.body))).to.deep.equal({ room: "!room:hs", device_id: "DEV", openid_token: OPENID });
    expect(init.redirect).to.equal("error");
    await service([]).access({ ...REQUEST, sticky: true, memberId: "uuid" });
    expect(asked[1]!.url).to.equal(`${SERVICE}/get_token`);
    expect(JSON.parse(String(asked[1]!.init.body))).to.deep.equal({
      room_id: "!room:hs",
      slot_id: "m.call#ROOM",
      member: { id: "uuid", claimed_user_id: "@ann:hs", claimed_device_id: "DEV" },
      openid_token: OPENID,
    });
  });

  it("asks for a test under two names that are no device's, and in no call", async () => {
    expect(await service([], SERVICE).testAccess("!room:hs")).to.deep.equal([
      { url: "wss://sfu.hs", token: "a.b.c" },
      { url: "wss://sfu.hs", token: "a.b.c" },
    ]);
    const bodies = asked.filter(({ url }) => url === `${SERVICE}/get_token`).map(({ init }) => JSON.parse(String(init.body)));
    expect(bodies).to.have.length(2);
    for (const { slot_id, room_id, member } of bodies) {
      expect(slot_id).to.equal("m.call#io.melo.test");
      expect(room_id).to.equal("!room:hs");
      expect(member.claimed_device_id).not.to.equal("DEV");
    }
    expect(bodies[0].member.id).not.to.equal(bodies[1].member.id);
  });

  it("says of a service that knows calls only that it is no fault of the visitor's", async () => {
    for (const status of [400, 404, 405]) {
      answer = () => Response.json({ errcode: "M_UNRECOGNIZED" }, { status });
      await rejects(service([], SERVICE).testAccess("!room:hs"), "unsupported");
    }
    answer = () => Response.json({ error: "no" }, { status: 403 });
    await rejects(service([], SERVICE).testAccess("!room:hs"), "call-service-refused");
  });

  const answers: [status: number, code: MeloErrorCode][] = [
    [400, "call-service-refused"],
    [401, "call-service-refused"],
    [403, "call-service-refused"],
    [404, "call-service-refused"],
    [429, "rate-limited"],
    [500, "call-service-unreachable"],
    [502, "call-service-unreachable"],
    [503, "call-full"],
  ];
  for (const [status, code] of answers) {
    it(`says ${code} for ${status}`, async () => {
      answer = () => Response.json({ error: "in words" }, { status, headers: { "Retry-After": "7" } });
      const error = await rejects(service([]).access(REQUEST), code);
      expect(error.message).to.equal("in words");
      expect(error.retryAfter).to.equal(status === 429 ? 7_000 : undefined);
    });
  }

  it("does not call a call full whose media server, or service, is away", async () => {
    for (const body of [{ errcode: "M_UNKNOWN", error: "The media server does not answer." }, {}]) {
      answer = () => Response.json(body, { status: 503 });
      await rejects(service([]).access(REQUEST), "call-service-unreachable");
    }
  });

  it("asks once more where the web server says that the service is away: it may be starting, or there may be another one", async () => {
    answer = () => (asked.length === 1 ? Response.json({}, { status: 502 }) : Response.json({ url: "wss://sfu.hs", jwt: "a.b.c" }));
    expect(await service([]).access(REQUEST)).to.deep.equal({ url: "wss://sfu.hs", token: "a.b.c" });
    expect(asked.length).to.equal(2);
  });

  it("does not take anything else than an address of an SFU and a token", async () => {
    for (const body of [{}, { url: "https://sfu.hs", jwt: "a" }, { url: "wss://sfu.hs" }, [], "text"]) {
      answer = () => Response.json(body);
      await rejects(service([]).access(REQUEST), "call-service-unreachable");
    }
  });

  it("says nothing of the token where a request fails", async () => {
    globalThis.fetch = async (_url, init) => {
      throw new Error(`failed with ${String(init?.body)}`);
    };
    const error = await rejects(service([]).access(REQUEST), "call-service-unreachable");
    expect(JSON.stringify([error.message, String(error.cause), error.stack])).not.to.contain("openid-secret");
  });
});
