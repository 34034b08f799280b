import type { Arrangement, StageOrder } from "./stage-layout.js";
import type { Plan } from "./stage-plan.js";

/** How a visitor, or the page, wants the tiles to stand. `auto`: as many and as large as the place and the people make it. */
export type CallLayout = "auto" | "grid" | "speaker" | "strip";

/** In which way, and in which order, the tiles of a plan are laid out. `isSmall`: the place has room for a row at most. */
export function stageOrder(plan: Plan, layout: CallLayout, isSmall: boolean, page: number): StageOrder {
  const arrangement = arrangementOf(plan, layout, isSmall);
  const keys = arrangement === "strip" ? stripOrder(plan) : plan.order;
  const large = arrangement === "pair" ? plan.tiles.find(({ isLocal }) => !isLocal)?.key : plan.large;
  return { arrangement, keys, large, page };
}

function arrangementOf({ tiles, large }: Plan, layout: CallLayout, isSmall: boolean): Arrangement {
  if (layout === "strip" || (layout === "auto" && isSmall)) return "strip";
  if (large !== undefined && tiles.length > 1) return "focus";
  const isPair = tiles.length === 2 && tiles.filter(({ isLocal }) => isLocal).length === 1 && tiles.every(({ screen }) => !screen);
  return isPair && layout === "auto" ? "pair" : "grid";
}

/** Where there is room for few, the large one comes first, and oneself last. */
function stripOrder({ order, large, tiles }: Plan): readonly string[] {
  const own = new Set(tiles.filter(({ isLocal }) => isLocal).map(({ key }) => key));
  const rank = (key: string): number => (key === large ? 0 : own.has(key) ? 2 : 1);
  return order.toSorted((a, b) => rank(a) - rank(b));
}
