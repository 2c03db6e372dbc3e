/**
 * How many of the first places of a range are left for those who ask for one by number: `min(max(lower, size/step),
 * upper)` (KEP-3070 for ClusterIPs, KEP-3668 for nodePorts). A range that is no larger has no such band.
 */
export function staticBand(
  size: number,
  { step, lower, upper }: { readonly step: number; readonly lower: number; readonly upper: number },
): number {
  if (size <= lower) return 0;
  return Math.min(Math.max(lower, Math.floor(size / step)), upper);
}
