import type { StateChange, TimelineItem } from "../matrix/timeline-item.js";

/** What a client and its server write while they create a room follows within this time, in ms. */
const SET_UP_LASTS = 30_000;
/** The creation is the first event of a room, or nearly. */
const NEAR_THE_BEGINNING = 5;
const SET_UP: readonly StateChange["type"][] = ["member-joined", "power-levels", "join-rule", "history-visibility", "other"];

/** The items without what goes without saying: the settings a new room begins with, and its creator's own joining. */
export function withoutSetUp(items: readonly TimelineItem[]): readonly TimelineItem[] {
  const created = items.slice(0, NEAR_THE_BEGINNING).find((item) => item.kind === "state" && item.change.type === "created");
  if (!created) return items;
  const goesWithoutSaying = (item: TimelineItem) =>
    item.kind === "state" &&
    SET_UP.includes(item.change.type) &&
    item.sender.userId === created.sender.userId &&
    Math.abs(item.time - created.time) < SET_UP_LASTS;
  return items.filter((item) => !goesWithoutSaying(item));
}
