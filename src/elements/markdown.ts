import type { Token } from "marked";

import { safeUrl } from "./message-links.js";

/** What Markdown comes to: HTML of the specification's kind, or nothing where the text has no formatting. */
export type Markdown = (text: string) => string | undefined;

let loading: Promise<Markdown> | undefined;

/** Loads the Markdown parser once. Rejects while its code is out of reach, and may be called again. */
export function loadMarkdown(): Promise<Markdown> {
  loading ??= import("marked").then(
    ({ Marked }) => {
      const marked = new Marked({
        async: false,
        gfm: true,
        breaks: true,
        tokenizer: { html: () => undefined, tag: () => undefined }, // what looks like a tag is meant as text
        renderer: {
          link({ href, tokens }) {
            const label = this.parser.parseInline(tokens);
            const address = safeUrl(href);
            return address ? `<a href="${escape(address)}">${label}</a>` : label;
          },
          image: ({ href, text }) => (text ? `${escape(text)} (${escape(href)})` : escape(href)), // pictures of other sites are never shown
          checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
        },
      });
      return (text) => {
        const tokens = marked.lexer(text);
        if (!isFormatted(tokens)) return undefined;
        const html = marked.parser(tokens).trim();
        return /^<p>((?:(?!<p>)[^])*)<\/p>$/.exec(html)?.[1] ?? html; // one paragraph stands without its element
      };
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** Line breaks, and addresses that stand for themselves, are not formatting: whoever shows the plain text makes the same of them. */
function isFormatted(tokens: readonly Token[]): boolean {
  return tokens.some((token) => {
    if (token.type === "link") return token.raw !== token.href && token.raw !== token.text;
    return !["space", "paragraph", "text", "br"].includes(token.type) || isFormatted(("tokens" in token && token.tokens) || []);
  });
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
