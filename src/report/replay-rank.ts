/** How runs under a condition come back from their seed, the surest first. */
const ranks = [
  // One thread at a time, in an order drawn from the seed.
  /(?:^|,)chaos:pct:/,
  // Likewise, but the order is the kernel's.
  /(?:^|,)chaos:handoff\b/,
  // Threads are held for times drawn from the seed; the rest is up to the machine.
  /(?:^|,)chaos:(?:spawn|delays|victim|shuffle)\b/,
  // Drawn from the seed as well, but decides less.
  /(?:^|,)pin:shuffle\b/,
  // Left to luck, with nothing that would have to be there again.
  /^plain$/,
];

/** Place of a condition (canonical text) among those above; what else leaves all to luck comes last. */
export function replayRank(condition: string): number {
  const rank = ranks.findIndex((pattern) => pattern.test(condition));
  return rank === -1 ? ranks.length : rank;
}
