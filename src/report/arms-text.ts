import type { HuntHeader } from '../model/hunt.ts';
import type { ArmRow, HuntSummary, StratumSummary } from '../model/summary.ts';
import { tookEffect } from '../stats/took-effect.ts';
import { cancelledText, effectFacts, isSuspect } from './effect-facts.ts';
import { exclusionOf } from './exclusion.ts';
import type { ArmTable } from './fold-arms.ts';
import { idleReason } from './idle-reason.ts';
import { gainText, plural } from './quantities.ts';

/**
 * What the table of arms comes to, a sentence each: what provokes it, what was done, what it does not tell.
 * @param detail full: what was done stands elsewhere
 */
export function armsSentences(table: ArmTable, summary: HuntSummary, detail: 'short' | 'full'): string[] {
  const isOneLoad = new Set(table.rows.map(({ stratum }) => stratum.jobs)).size === 1;
  const labelOf = ({ stratum: { condition, jobs } }: ArmRow) =>
    isOneLoad ? condition : `${condition} with ${plural(jobs, 'worker')}`;
  return [
    ...bestSentence(table, labelOf),
    ...(detail === 'short' ? doneSentence(table, summary) : []),
    ...(table.target === null ? summary.strata.flatMap(excluded) : []),
    ...idleSentences(summary),
    ...summary.strata.flatMap(suspectSentence),
    ...summary.refused.map(({ part, text }) => `No ${part}: ${text}.`),
    ...untriedSentence(summary),
  ];
}

function bestSentence({ target, base, best, rows }: ArmTable, labelOf: (row: ArmRow) => string): string[] {
  const isAlone = rows.every(({ stratum }) => stratum.condition === base?.stratum.condition);
  if (target === null || base === null || isAlone) return [];
  if (best === null) return [`No other condition is measurably better at provoking it than ${labelOf(base)}.`];
  if (best.gain === null) return [];
  const gain = gainText(best.gain).replace(/\[(.*), (.*)\]/, '($1 to $2)');
  const silent = base.rate.failures === 0 ? `, under which it did not fail in ${plural(base.rate.runs, 'run')}` : '';
  return [`${labelOf(best)} provokes it ${gain} as often per second as ${labelOf(base)}${silent}.`];
}

/** The proof that the arm that is named perturbed something, or that all of them together did. */
function doneSentence({ best }: ArmTable, { strata, header }: HuntSummary): string[] {
  if (best === null) return doneInAll(strata, header);
  const effect = strata.find(({ stratum }) => stratum === best.stratum)?.effect ?? null;
  if (effect === null) return [];
  return [`In a run under it: ${effectFacts(effect, best.stratum.condition).join(', ')}.`];
}

function doneInAll(strata: StratumSummary[], { id }: HuntHeader): string[] {
  const effects = strata
    .filter(taughtSomething)
    .map(({ effect }) => effect)
    .filter((effect) => effect !== null && effect.events > 0);
  if (effects.length === 0) return [];
  const total = (name: 'events' | 'held') => effects.reduce((sum, effect) => sum + (effect?.[name] ?? 0), 0);
  const under = plural(effects.length, 'condition');
  return [
    `${total('events')} calls were intercepted under ${under}, ${total('held')} of them held; \`flakehunt show ${id}\` has what was done under each.`,
  ];
}

function excluded(row: StratumSummary): string[] {
  const exclusion = exclusionOf(row);
  if (exclusion === null) return [];
  const { depth, threads, calls, runs, probability } = exclusion;
  const numbers = `n = ${plural(threads, 'thread')}, k = ${plural(calls, 'call')}, d = ${depth}, N = ${plural(runs, 'run')}`;
  return [
    `${row.stratum.condition}: any depth-${depth} ordering bug among the intercepted calls would have shown with probability ${chanceText(probability)} (${numbers}; Burckhardt et al. 2010).`,
  ];
}

/** Rounded down, and never certain: `0.93`, `0.9998`, `more than 0.9999`. */
function chanceText(chance: number): string {
  if (chance > 0.9999) return 'more than 0.9999';
  const digits = chance > 0.99 ? 4 : 2;
  return chance < 0.01 ? 'below 0.01' : (Math.floor(chance * 10 ** digits) / 10 ** digits).toFixed(digits);
}

/** Arms with the same excuse share a sentence. */
function idleSentences({ strata }: HuntSummary): string[] {
  const idle = new Map<string, Set<string>>();
  for (const { stratum, effect } of strata.filter(taughtSomething)) {
    if (effect === null || tookEffect(stratum.condition, effect) !== false) continue;
    const reason = idleReason(stratum.condition, effect);
    idle.set(reason, (idle.get(reason) ?? new Set()).add(stratum.condition));
  }
  return [...idle].map(([reason, conditions]) => `${listed([...conditions])} did nothing: ${reason}.`);
}

/** What was done in runs that a refusal made invalid is of no use to anybody. */
function taughtSomething({ counts }: StratumSummary): boolean {
  return Object.entries(counts).some(([verdict, count]) => verdict !== 'invalid' && count > 0);
}

function suspectSentence({ stratum, effect, counts }: StratumSummary): string[] {
  if (effect === null || !isSuspect(effect) || counts.fail + counts.hang + counts.masked === 0) return [];
  return [
    `${stratum.condition}: signals took back ${cancelledText(effect)} of the intercepted calls, so its failures are suspect: the interruption itself may cause them.`,
  ];
}

function untriedSentence({ header, strata, refused }: HuntSummary): string[] {
  const tried = new Set(strata.map(({ stratum }) => stratum.condition));
  const isRefused = (condition: string) => refused.some(({ part }) => new RegExp(`(?:^|,)${part}:`).test(condition));
  const untried = header.conditions.filter((condition) => !tried.has(condition) && !isRefused(condition));
  return untried.length === 0 ? [] : [`Not reached in the time there was: ${untried.join(', ')}.`];
}

function listed(names: string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
