import type { Security, UndecryptableReason } from "../../src/internal/event-security.js";
import type {
  FileItem,
  MessageItem,
  RedactedItem,
  Sender,
  StateItem,
  TimelineItem,
  UndecryptableItem,
  UnsupportedItem,
} from "../../src/matrix/timeline-item.js";
import { AFTERNOON, alice, bob, carol, changes, dan, says } from "./garden.js";

export const UNDECRYPTABLE_REASONS: readonly UndecryptableReason[] = [
  "key-missing",
  "key-too-new",
  "withheld",
  "withheld-unverified",
  "before-device-no-backup",
  "before-device-backup-locked",
  "before-device-not-in-backup",
  "before-joining",
  "identity-changed",
  "unsigned-device",
  "unknown-device",
  "malformed",
  "unknown",
];

export const SECURITY: readonly Security[] = [
  { level: "care", reason: "unencrypted" },
  { level: "care", reason: "unsigned-device" },
  { level: "care", reason: "unknown-device" },
  { level: "care", reason: "authenticity-not-guaranteed" },
  { level: "bad", reason: "identity-changed" },
  { level: "bad", reason: "unverified-identity" },
  { level: "bad", reason: "sender-mismatch" },
  { level: "bad", reason: "unknown" },
];

/** What every item has, `minutes` after the afternoon began. */
function base(sender: Sender, minutes: number) {
  const key = `$${sender.userId}-${minutes}`;
  return { key, eventId: key, sender, time: AFTERNOON + minutes * 60_000, own: sender.userId === alice.userId };
}

export function sealed(sender: Sender, minutes: number, reason: UndecryptableReason): UndecryptableItem {
  return { kind: "undecryptable", ...base(sender, minutes), reason };
}

export function file(sender: Sender, minutes: number, name: string, size?: number, style: FileItem["style"] = "file"): FileItem {
  return { kind: "file", ...base(sender, minutes), style, name, size };
}

/** A call that rang for a minute. */
export function called(sender: Sender, minutes: number, extra: Partial<Extract<StateItem["change"], { type: "call" }>> = {}): StateItem {
  return changes(sender, minutes, { type: "call", video: false, until: AFTERNOON + (minutes + 1) * 60_000, ...extra });
}

export function deleted(sender: Sender, minutes: number): RedactedItem {
  return { kind: "redacted", ...base(sender, minutes) };
}

export function unsupported(sender: Sender, minutes: number, extra: Partial<UnsupportedItem> = {}): UnsupportedItem {
  return { kind: "unsupported", ...base(sender, minutes), eventType: "org.matrix.msc3381.poll.start", malformed: false, ...extra };
}

/** One message that cannot be read for each reason there is. */
export const allSealed: readonly TimelineItem[] = UNDECRYPTABLE_REASONS.map((reason, index) =>
  sealed([bob, carol, dan][index % 3]!, index * 6, reason),
);

/** One message for each thing that can be said against one. */
export const allDoubtful: readonly TimelineItem[] = SECURITY.map((security, index) =>
  says([bob, carol, dan][index % 3]!, index * 6, "The gate was open when I came.", { security, key: `$doubt${index}` }),
);

export const formatted = `<h2>Jam, the plan</h2><p>A <strong>bold</strong> <em>plan</em> with <del>no</del> <u>some</u> <code>sugar</code>,
<span data-mx-color="#ffff00">yellow</span>, <span data-mx-bg-color="#ff0000">red</span> and <span data-mx-spoiler>a secret</span>.
<a href="https://matrix.to/#/@alice:example.org">Alice Moreau</a> has <a href="https://jam.example.org/pot">the pot</a>.</p>
<ul><li>quinces<ul><li>washed</li></ul></li><li>jars</li></ul><ol start="3"><li>cook</li></ol>
<blockquote>Do not trust anyone who says less.</blockquote><pre><code class="language-js">for (const quince of quinces) peel(quince, { thin: true, patience: "endless" });</code></pre>
<table><tr><th>fruit</th><th>kg</th></tr><tr><td>quince</td><td>1.5</td></tr></table><details><summary>More</summary>And lemons.</details>
<hr><img src="mxc://example.org/smile" alt=":quince:"> <img src="https://elsewhere.example/spy.gif" alt="a picture from elsewhere">`;

const WORDS = "the quinces are ready and nobody knows what to do with forty-one of them before Sunday comes".split(" ");

/** A long conversation, the same on every run. */
export function longConversation(count: number): readonly MessageItem[] {
  return Array.from({ length: count }, (_, number) => {
    const text = Array.from({ length: ((number * 7919) % 41) + 1 }, (_, word) => WORDS[(number + word) % WORDS.length]).join(" ");
    return says([bob, bob, carol, dan, alice][(number * 31) % 5]!, (number - count) / 2, `${number}: ${text}`, { key: `$m${number}` });
  });
}
