import type { SearchRange } from '../../model/bisect.ts';

/** Builds that do not go through come in runs of commits: how far one speaks for others, in nodes. */
const reach = 8;
/** What is believed where nothing is known: as much as a third of a neighbour says it. */
const prior = { weight: 0.3, fails: 0.02 };

/**
 * Chance that a node that was not built yet will not build, learnt from its neighbours in the range's order.
 * @param unusable builds that failed
 * @param seen builds that could be run
 */
export function buildOdds(
  { builds }: SearchRange,
  unusable: ReadonlySet<number>,
  seen: ReadonlyMap<number, unknown>,
): (node: number) => number {
  if (unusable.size === 0) return () => 0;
  const known = [...builds.entries()]
    .filter(([, build]) => unusable.has(build) || seen.has(build))
    .map(([node, build]) => ({ node, fails: unusable.has(build) ? 1 : 0 }));
  return (node) => {
    let weight = prior.weight;
    let fails = prior.weight * prior.fails;
    for (const one of known) {
      const near = Math.exp(-Math.abs(one.node - node) / reach);
      weight += near;
      fails += near * one.fails;
    }
    return fails / weight;
  };
}
