import type { RunDefaults } from '../model/settings.ts';
import { type PartTexts, partNames } from '../perturb/condition-text.ts';

/** What a file, the environment or the flags say: a strategy, or the parts of one condition, or neither. */
export type StrategyLayer = { [Key in 'strategy' | (typeof partNames)[number]]?: string | null | undefined };

/**
 * `upper` over `lower`. A strategy above puts the parts below aside, and a part above the strategy below; parts go over
 * parts one by one.
 */
export function layered(lower: Partial<RunDefaults>, upper: Partial<RunDefaults>): Partial<RunDefaults> {
  const aside = said(upper, ['strategy']) ? partNames : said(upper, partNames) ? ['strategy'] : [];
  const left = Object.entries(lower).filter(([key]) => !(aside as readonly string[]).includes(key));
  return { ...Object.fromEntries(left), ...upper };
}

/** Why one layer must not say both, or null when it does not. `spell` turns a key into what the user wrote. */
export function contradiction(layer: StrategyLayer, spell: (key: string) => string): string | null {
  const part = partNames.find((name) => said(layer, [name]));
  if (part === undefined || !said(layer, ['strategy'])) return null;
  const names = partNames.map(spell);
  return `${spell('strategy')} cannot be combined with ${spell(part)}: ${names.slice(0, -1).join(', ')} and ${names.at(-1)} describe one condition, which is a strategy by itself. Leave one of them out, or write all of it as one strategy, such as pin:0,chaos:pct:2.`;
}

/** The parts of a condition that a layer gives. */
export function partsOf(layer: StrategyLayer): PartTexts {
  return Object.fromEntries(partNames.flatMap((name) => (said(layer, [name]) ? [[name, layer[name]]] : [])));
}

function said(layer: StrategyLayer, keys: readonly (keyof StrategyLayer)[]): boolean {
  return keys.some((key) => typeof layer[key] === 'string');
}
