import type { SearchRange } from '../../model/bisect.ts';

/** Builds that do not go through come in runs of commits: how far one speaks for others, in nodes. */
const reach = 8;
/** What is believed where nothing is known: as much as a third of a neighbour says it. */
const prior = { weight: 0.3, fails: 0.02 };

/**
 * Chance that a node that was not built yet will not build, learnt from the nearest known nodes on either side in the
 * range's order. What lies beyond them says no more: a stretch that is known not to build, however long, ends somewhere.
 * @param unusable builds that failed
 * @param seen builds that could be run
 */
export function buildOdds(
  { builds }: SearchRange,
  unusable: ReadonlySet<number>,
  seen: ReadonlyMap<number, unknown>,
): (node: number) => number {
  if (unusable.size === 0) return () => 0;
  const known = [...builds.keys()].filter((node) => unusable.has(builds[node] ?? -1) || seen.has(builds[node] ?? -1));
  return (node) => {
    const after = known.findIndex((other) => other >= node);
    const neighbours = after === -1 ? known.slice(-1) : known.slice(Math.max(0, after - 1), after + 1);
    let weight = prior.weight;
    let fails = prior.weight * prior.fails;
    for (const other of neighbours) {
      const near = Math.exp(-Math.abs(other - node) / reach);
      weight += near;
      if (unusable.has(builds[other] ?? -1)) fails += near;
    }
    return fails / weight;
  };
}
