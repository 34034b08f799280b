import type { Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";

import { fieldsOf, textIn } from "./event-content.js";

/** A room type of `m.room.create`: a voice channel (MSC3417). */
export const VOICE_CHANNEL = "org.matrix.msc3417.call";
export const SPACE_CHILD = "m.space.child";

/** A room in a space, as the space lists it. */
export interface SpaceChild {
  readonly roomId: string;
  readonly servers: readonly string[];
}

/** The rooms that a space lists, in its order: by `order` (those without one last), then by age, then by id. Client-server specification, "Ordering of children within a space". */
export function childrenOf(space: SdkRoom): SpaceChild[] {
  const children = space.currentState.getStateEvents(SPACE_CHILD).flatMap((event) => {
    const content = fieldsOf(event.getContent());
    const roomId = event.getStateKey() ?? "";
    const via = content["via"];
    if (!roomId.startsWith("!") || !Array.isArray(via)) return []; // taken out of the space again
    const order = textIn(content, "order");
    const servers = via.filter((server): server is string => typeof server === "string").slice(0, 5);
    return [{ roomId, servers, order: order !== undefined && isOrder(order) ? order : undefined, at: event.getTs() }];
  });
  children.sort((a, b) => compareOrders(a.order, b.order) || a.at - b.at || (a.roomId < b.roomId ? -1 : 1));
  return children.map(({ roomId, servers }) => ({ roomId, servers }));
}

function isOrder(text: string): boolean {
  return /^[\x20-\x7e]{1,50}$/.test(text);
}

function compareOrders(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}
