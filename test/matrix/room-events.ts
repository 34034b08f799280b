import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";

export const ROOM = "!garden:example.org";
export const ALICE = "@alice:example.org";
export const BOB = "@bob:example.org";

let count = 0;

/** An event as a homeserver sends it; what `fields` says goes first. */
export function event(fields: Record<string, unknown> = {}): MatrixEvent {
  count++;
  return new MatrixEvent({
    type: "m.room.message",
    room_id: ROOM,
    sender: BOB,
    event_id: `$event-${count}`,
    origin_server_ts: 1_700_000_000_000 + count,
    content: { msgtype: "m.text", body: `message ${count}` },
    ...fields,
  });
}

/** Says the same as `message` with other words. */
export function editOf(message: MatrixEvent, body: string, fields: Record<string, unknown> = {}): MatrixEvent {
  const content = {
    msgtype: "m.text",
    body: `* ${body}`,
    "m.new_content": { msgtype: "m.text", body },
    "m.relates_to": { rel_type: "m.replace", event_id: message.getId() },
  };
  return event({ content, ...fields });
}
