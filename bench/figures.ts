export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

/** The median and what it is the median of. */
export function figures(values: readonly number[]): string {
  return `${ms(median(values)).padStart(8)}   (${values.map((value) => Math.round(value)).join(", ")})`;
}
