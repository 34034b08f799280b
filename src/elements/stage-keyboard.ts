import type { Box } from "./stage-layout.js";

/** The tile that an arrow key leads to: the nearest one in that direction. Home and End lead to the first and the last. `undefined`: the key leads nowhere. */
export function tileTowards(key: string, from: string, boxes: ReadonlyMap<string, Box>, isRtl: boolean): string | undefined {
  const start = boxes.get(from);
  if (key === "Home") return [...boxes.keys()][0];
  if (key === "End") return [...boxes.keys()].at(-1);
  const direction = directionOf(key, isRtl);
  if (!start || !direction) return undefined;
  const [x, y] = middle(start);
  let best: { readonly key: string; readonly cost: number } | undefined;
  for (const [other, box] of boxes) {
    const [left, top] = middle(box);
    const along = (left - x) * direction[0] + (top - y) * direction[1];
    const across = Math.abs((left - x) * direction[1]) + Math.abs((top - y) * direction[0]);
    if (other === from || along <= 1) continue;
    const cost = along + across * 2; // rather straight on than near
    if (!best || cost < best.cost) best = { key: other, cost };
  }
  return best?.key;
}

function directionOf(key: string, isRtl: boolean): readonly [x: number, y: number] | undefined {
  const ahead = isRtl ? -1 : 1; // boxes are counted from the start of the line
  return ({ ArrowLeft: [-ahead, 0], ArrowRight: [ahead, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const)[key];
}

function middle({ x, y, width, height }: Box): readonly [x: number, y: number] {
  return [x + width / 2, y + height / 2];
}
