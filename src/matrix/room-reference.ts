import { MeloError } from "../internal/errors.js";

/** What a page's author wrote to name a room. */
export type RoomReference = { readonly type: "id"; readonly roomId: string } | { readonly type: "alias"; readonly alias: string };

/** Ids of all room versions: with a server name up to version 11, a hash without one since version 12. */
const ROOM_ID = /^!(?:[^\s:\0]{1,240}:[a-z0-9.[\]:-]{1,230}|[A-Za-z0-9_-]{43})$/i;
const ALIAS = /^#[^\s:\0]{1,240}:[a-z0-9.[\]:-]{1,230}$/i;

/** Reads a room's id or alias. Throws `room-invalid`. Appendices of the specification, "Common Identifier Format". */
export function parseRoomReference(text: string): RoomReference {
  const reference = text.trim();
  if (ROOM_ID.test(reference) && reference.length <= 255) return { type: "id", roomId: reference };
  if (ALIAS.test(reference) && reference.length <= 255) return { type: "alias", alias: reference };
  throw new MeloError("room-invalid", `"${reference.slice(0, 80)}" is neither a room id (!…) nor an alias (#name:server).`);
}
