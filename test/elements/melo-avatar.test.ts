import { expect, fixture, html, nextFrame, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-avatar.js";
import type { MeloAvatar } from "../../src/elements/melo-avatar.js";
import { failing, fakeSession, type FakeSession } from "../../stories/support/fake-session.js";

const PICTURE = "mxc://example.org/hills";

const shown = (avatar: MeloAvatar): string => avatar.shadowRoot!.textContent.trim();
const image = (avatar: MeloAvatar): HTMLImageElement | null => avatar.shadowRoot!.querySelector("img");
const draw = (session: FakeSession, name: string, src?: string): Promise<MeloAvatar> =>
  fixture(html`<melo-avatar .session=${session} name=${name} .src=${src}></melo-avatar>`);

describe("<melo-avatar>", () => {
  for (const [name, initials] of [
    ["Bob Kaya", "BK"],
    ["Anna Maria van der Berg", "AB"],
    ["carol", "C"],
    ["@dan:example.org", "D"],
    ["#garden:example.org", "G"],
    ["👩‍🌾 Eve", "👩‍🌾E"],
    ["山田 太郎", "山太"],
    ["\u202e...", ""],
    ["", ""],
  ] as const) {
    it(`shows "${initials}" for "${name}"`, async () => {
      expect(shown(await draw(fakeSession(), name))).to.equal(initials);
    });
  }

  it("has a colour that follows the id, not the name", async () => {
    const hue = async (name: string, key: string): Promise<string> => {
      const avatar = await fixture<MeloAvatar>(html`<melo-avatar .session=${fakeSession()} name=${name} color-key=${key}></melo-avatar>`);
      return getComputedStyle(avatar.shadowRoot!.querySelector(".base")!).backgroundColor;
    };
    expect(await hue("Bob", "@bob:example.org")).to.equal(await hue("Robert", "@bob:example.org"));
    expect(await hue("Bob", "@bob:example.org")).not.to.equal(await hue("Bob", "@other:example.org"));
  });

  it("loads a picture once for all who show it, and shows it from a blob", async () => {
    const session = fakeSession();
    const [one, two] = [await draw(session, "Bob", PICTURE), await draw(session, "Bob", PICTURE)];
    await waitUntil(() => image(one) && image(two));
    expect(image(one)!.src).to.match(/^blob:/);
    expect(image(one)!.src).to.equal(image(two)!.src);
    expect(session.actions.filter(([name]) => name === "loadMedia")).to.have.length(1);
  });

  it("does not load what is far from the visible part of the page", async () => {
    const session = fakeSession();
    const root = await fixture(html`
      <div><div style="block-size: 500vh"></div><melo-avatar .session=${session} name="Bob" .src=${PICTURE}></melo-avatar></div>
    `);
    const avatar = root.querySelector("melo-avatar")!;
    for (let frame = 0; frame < 5; frame++) await nextFrame();
    expect(session.actions).to.be.empty;
    avatar.scrollIntoView();
    await waitUntil(() => image(avatar));
    window.scrollTo(0, 0);
  });

  it("keeps the initials when the picture cannot be had, and tries again for the next who shows it", async () => {
    let answer = failing("homeserver-unreachable") as () => Promise<Blob>;
    const session = fakeSession({ answers: { loadMedia: () => answer() } });
    const avatar = await draw(session, "Bob", PICTURE);
    await waitUntil(() => session.actions.length === 1);
    await nextFrame();
    expect(shown(avatar)).to.equal("B");
    answer = async () => new Blob(["<svg xmlns='http://www.w3.org/2000/svg'/>"], { type: "image/svg+xml" });
    avatar.remove();
    const next = await draw(session, "Bob", PICTURE);
    await waitUntil(() => image(next));
  });

  it("ends the address of a picture after 64 others were shown since", async () => {
    const session = fakeSession();
    const avatar = await draw(session, "Bob", PICTURE);
    await waitUntil(() => image(avatar));
    const { src } = image(avatar)!;
    for (let index = 0; index < 65; index++) {
      avatar.src = `mxc://example.org/${index}`;
      await waitUntil(() => session.actions.length === index + 2 && image(avatar));
    }
    avatar.src = undefined;
    await waitUntil(async () => !(await isAlive(src)));
  });

  it("is decorative: its name stands beside it", async () => {
    const avatar = await draw(fakeSession(), "Bob");
    expect(avatar.shadowRoot!.querySelector("[aria-hidden=true]")).to.exist;
    await expect(avatar).to.be.accessible();
  });
});

async function isAlive(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
