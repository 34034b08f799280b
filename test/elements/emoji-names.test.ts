import { expect } from "@open-wc/testing";

import { emojiNames } from "../../src/elements/emoji-names.js";

describe("emojiNames", () => {
  it("takes the first language that the specification knows", () => {
    expect(emojiNames(["tlh", "de-AT", "fr"])("Light Bulb")).to.equal("Glühbirne");
    expect(emojiNames(["fr-CA"])("Dog")).to.equal("Chien");
  });

  it("tells regions and scripts apart where the specification does", () => {
    expect(emojiNames(["pt-BR"])("Dog")).to.equal("Cachorro");
    expect(emojiNames(["pt-PT"])("Dog")).to.equal("Cão");
    expect(emojiNames(["zh-TW"])("Cat")).to.equal("貓");
    expect(emojiNames(["zh-CN"])("Cat")).to.equal("猫");
    expect(emojiNames(["no"])("Cat")).to.equal(emojiNames(["nb-NO"])("Cat"));
  });

  it("keeps the English name for languages and emoji that the specification does not know, and for broken tags", () => {
    expect(emojiNames(["tlh"])("Dog")).to.equal("Dog");
    expect(emojiNames(["en-GB"])("Aeroplane")).to.equal("Aeroplane");
    expect(emojiNames(["de"])("Dragon")).to.equal("Dragon");
    expect(emojiNames(["sq"])("Thumbs Up")).to.equal("Thumbs Up");
    expect(emojiNames(["sq"])("Dog")).to.equal("Qen");
    expect(emojiNames(["!", ""])("Dog")).to.equal("Dog");
    expect(emojiNames([])("Dog")).to.equal("Dog");
  });
});
