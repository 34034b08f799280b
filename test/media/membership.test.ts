import { expect } from "@open-wc/testing";

import { CALL_MEMBER, RTC_MEMBER } from "../../src/internal/call-events.js";
import { checkedService, identityOf, membershipOf, type MembershipEvent } from "../../src/media/membership.js";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

type Content = Record<string, unknown>;

/** As Element Call sends it. */
function stateContent(change: Content = {}): Content {
  return {
    application: "m.call",
    call_id: "",
    scope: "m.room",
    device_id: "DEV",
    membershipID: "@ann:hs:DEV",
    expires: 4 * HOUR,
    "m.call.intent": "video",
    focus_active: { type: "livekit", focus_selection: "multi_sfu" },
    foci_preferred: [{ type: "livekit", livekit_alias: "!room", livekit_service_url: "https://rtc.hs/jwt" }],
    ...change,
  };
}

function stickyContent(change: Content = {}): Content {
  return {
    slot_id: "m.call#ROOM",
    application: { type: "m.call", "m.call.intent": "audio", "io.melo.call": { muted: true, deafened: "yes" } },
    member: { user_id: "@ann:hs", device_id: "DEV", id: "uuid" },
    transports: { published: [{ type: "livekit", livekit_service_url: "https://rtc.hs/jwt" }], can_subscribe: ["livekit"] },
    versions: [],
    msc4354_sticky_key: "uuid",
    ...change,
  };
}

function event(content: unknown, type = CALL_MEMBER, ts = NOW - HOUR): MembershipEvent {
  return { getId: () => "$event", getSender: () => "@ann:hs", getTs: () => ts, getType: () => type, getContent: () => content };
}

describe("membershipOf", () => {
  it("reads a state event as Element Call sends it", async () => {
    const membership = membershipOf(event(stateContent()), NOW)!;
    expect(membership).to.deep.equal({
      id: "@ann:hs:DEV",
      userId: "@ann:hs",
      deviceId: "DEV",
      plainIdentity: "@ann:hs:DEV",
      eventId: "$event",
      createdAt: NOW - HOUR,
      expiresAt: NOW + 3 * HOUR,
      serviceUrl: "https://rtc.hs/jwt",
      publishesWithOldest: false,
      intent: "video",
      data: {},
    });
    expect(await identityOf(membership)).to.equal("@ann:hs:DEV");
  });

  it("reads a sticky event, whose member the SFU knows by a hash", async () => {
    const membership = membershipOf(event(stickyContent(), RTC_MEMBER), NOW)!;
    expect(membership).to.include({ id: "uuid", deviceId: "DEV", serviceUrl: "https://rtc.hs/jwt", intent: "audio" });
    expect(membership.data).to.deep.equal({ muted: true }, "what is of the wrong kind is left out");
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode('["@ann:hs","DEV","uuid"]'));
    expect(await identityOf(membership)).to.equal(btoa(String.fromCharCode(...new Uint8Array(digest))).replace(/=+$/, ""));
  });

  it("reads what a member says of itself", () => {
    const data = { muted: false, deafened: true, camera: true, sharing: false };
    const said = { "io.melo.call": { ...data, session: "x", more: 1 } };
    expect(membershipOf(event(stateContent(said)), NOW)!.data).to.deep.equal(data);
  });

  it("counts from the beginning that a renewed membership names, which is never after the event", () => {
    const begun = NOW - 5 * HOUR;
    expect(membershipOf(event(stateContent({ created_ts: begun, expires: 8 * HOUR })), NOW)).to.include({ createdAt: begun });
    expect(membershipOf(event(stateContent({ created_ts: NOW + HOUR })), NOW)).to.include({ createdAt: NOW - HOUR });
  });

  const refused: Record<string, unknown> = {
    "somebody who left": {},
    text: "hello",
    nothing: null,
    "a list": [1, 2],
    "an expired one": stateContent({ expires: HOUR - 1 }),
    "one that never expires": stateContent({ expires: 1e15 }),
    "an expiry that is no number": stateContent({ expires: "later" }),
    "a beginning that is no number": stateContent({ created_ts: {} }),
    "no device": stateContent({ device_id: undefined }),
    "a device that is no text": stateContent({ device_id: 7 }),
    "a device that could be of a user on another port": stateContent({ device_id: "8448:DEV" }),
    "another call of the room": stateContent({ call_id: "other" }),
    "a call of a person": stateContent({ scope: "m.user" }),
    "another application": stateContent({ application: "m.game" }),
    "no focus": stateContent({ focus_active: null }),
    "foci that are none": stateContent({ foci_preferred: [null] }),
    "an intent that is no text": stateContent({ "m.call.intent": ["video"] }),
  };
  for (const [what, content] of Object.entries(refused)) {
    it(`takes no state event with ${what}`, () => {
      expect(membershipOf(event(content), NOW)).to.equal(undefined);
    });
  }

  const refusedSticky: Record<string, unknown> = {
    "somebody who left": { slot_id: "m.call#ROOM", msc4354_sticky_key: "uuid" },
    "another slot": stickyContent({ slot_id: "m.call#OTHER" }),
    "another user's name": stickyContent({ member: { user_id: "@bob:hs", device_id: "DEV", id: "uuid" } }),
    "no member id": stickyContent({ member: { user_id: "@ann:hs", device_id: "DEV" } }),
    "transports that are none": stickyContent({ transports: { published: "all" } }),
    "no application": stickyContent({ application: 1 }),
  };
  for (const [what, content] of Object.entries(refusedSticky)) {
    it(`takes no sticky event with ${what}`, () => {
      expect(membershipOf(event(content, RTC_MEMBER), NOW)).to.equal(undefined);
    });
  }
});

describe("checkedService", () => {
  it("takes addresses of services, without a slash at the end", () => {
    expect(checkedService("https://rtc.hs/jwt/")).to.equal("https://rtc.hs/jwt");
    expect(checkedService("http://localhost:8080")).to.equal("http://localhost:8080");
  });

  for (const url of [
    "javascript:alert(1)",
    "wss://rtc.hs",
    "https://user:secret@rtc.hs",
    "https://rtc.hs/?a=b",
    "https://rtc.hs/#x",
    "",
    5,
    undefined,
  ])
    it(`does not take ${String(url)}`, () => {
      expect(checkedService(url)).to.equal(undefined);
    });
});
