import { countIn, fieldsOf, textIn } from "./event-content.js";
import type { FileItem, MessageItem } from "./timeline-item.js";

/** What a message event says, without who and when. */
export type Message = Pick<MessageItem, "kind" | "style" | "body" | "html"> | Pick<FileItem, "kind" | "style" | "name" | "size">;

const TEXT_STYLES: Readonly<Record<string, MessageItem["style"]>> = {
  "m.text": "text",
  "m.emote": "emote",
  "m.notice": "notice",
  "m.server_notice": "notice",
};
const FILE_STYLES: Readonly<Record<string, FileItem["style"]>> = {
  "m.image": "image",
  "m.video": "video",
  "m.audio": "audio",
  "m.file": "file",
};

/** Reads the content of `m.room.message` or `m.sticker`; `undefined` if melo does not show its kind. Throws if it is malformed. Client-server specification, "Instant Messaging". */
export function messageOf(type: string, content: Readonly<Record<string, unknown>>): Message | undefined {
  const body = textIn(content, "body");
  const messageType = type === "m.sticker" ? "m.sticker" : textIn(content, "msgtype");
  if (body === undefined || messageType === undefined) throw new TypeError("A message without body or type.");
  if (messageType === "m.sticker") return { kind: "file", style: "sticker", name: body };
  const style = own(TEXT_STYLES, messageType);
  if (style) return { kind: "message", style, body: withoutQuote(body, content), html: htmlOf(content) };
  const fileStyle = own(FILE_STYLES, messageType);
  if (fileStyle)
    return { kind: "file", style: fileStyle, name: textIn(content, "filename") ?? body, size: countIn(fieldsOf(content["info"]), "size") };
  return undefined;
}

function htmlOf(content: Readonly<Record<string, unknown>>): string | undefined {
  return textIn(content, "format") === "org.matrix.custom.html" ? textIn(content, "formatted_body") : undefined;
}

/** Replies of older clients repeat what they answer to, as lines that begin with `> `. Client-server specification up to 1.12, "Fallbacks for rich replies". */
function withoutQuote(body: string, content: Readonly<Record<string, unknown>>): string {
  const isReply = textIn(fieldsOf(fieldsOf(content["m.relates_to"])["m.in_reply_to"]), "event_id") !== undefined;
  return isReply && /^> (\* )?<@/.test(body) ? body.replace(/^(> ?.*(\n|$))+\n?/, "") : body;
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
