/** How runs under a condition come back from their seed, the surest first. */
const drawn = [
  // One thread at a time, in an order drawn from the seed.
  /(?:^|,)chaos:pct:/,
  // Likewise, but the order is the kernel's.
  /(?:^|,)chaos:handoff\b/,
  // Threads are held for times drawn from the seed; the rest is up to the machine.
  /(?:^|,)chaos:(?:spawn|delays|victim|shuffle)\b/,
  // Drawn from the seed as well, but decides less.
  /(?:^|,)pin:shuffle\b/,
];
/** Where all is left to luck, with nothing that would have to be there again; then what is left to luck likewise. */
const ranks = [...drawn, /^plain$/];

/** Place of a condition (canonical text) among those above; what leaves all to luck comes last, `plain` before the others. */
export function replayRank(condition: string): number {
  const rank = ranks.findIndex((pattern) => pattern.test(condition));
  return rank === -1 ? ranks.length : rank;
}

/** Whether what a run was exposed to was drawn from its seed, so that a replay repeats some of it. */
export function isDrawn(condition: string): boolean {
  return replayRank(condition) < drawn.length;
}
