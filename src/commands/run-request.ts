import { randomBytes } from 'node:crypto';
import { parseCount, parseDuration, parseJobs, parseMasked, parseRate } from '../config/values.ts';
import { UsageError } from '../errors.ts';
import type { StopRules } from '../model/hunt.ts';
import type { RunDefaults } from '../model/settings.ts';
import type { MaskedPolicy } from '../model/verdict.ts';
import { type PartTexts, partNames } from '../perturb/condition-text.ts';
import type { StrategyWish } from '../perturb/strategy.ts';

/** Flags of `flakehunt run` as the command line gives them. */
export interface RunFlags {
  test?: string | undefined;
  /** What stood behind `--`, or null without one. */
  afterDashes: string[] | null;
  tree?: string;
  rev?: string;
  suite?: string;
  list?: boolean;
  loops?: string;
  time?: string;
  failures?: string;
  untilRate?: string;
  jobs?: string;
  strategy?: string;
  pin?: string;
  noise?: string;
  chaos?: string;
  quota?: string;
  limit?: string;
  masked?: string;
  seed?: string;
  resume?: string;
  json?: boolean;
  quiet?: boolean;
  engine?: string;
}

/** The same, typed and laid over the configured defaults. */
export interface RunRequest {
  what: { kind: 'test'; name: string; args: string[] } | { kind: 'command'; argv: string[] } | null;
  tree: string | null;
  rev: string | null;
  suite: string | null;
  stop: StopRules;
  jobs: number | 'auto';
  wish: StrategyWish;
  limitMs: number | null;
  masked: MaskedPolicy;
  seed: string;
}

const defaultTimeMs = 60_000;

/** @throws UsageError for a value no run can have, naming its option. */
export function readRunFlags(flags: RunFlags, defaults: RunDefaults): RunRequest {
  return {
    what: readWhat(flags),
    tree: flags.tree ?? defaults.tree,
    rev: flags.rev ?? defaults.rev,
    suite: flags.suite ?? defaults.suite,
    stop: readStopRules(flags, defaults),
    jobs: flags.jobs === undefined ? (defaults.jobs ?? 1) : parseJobs(flags.jobs, '--jobs'),
    wish: readWish(flags, defaults),
    limitMs: flags.limit === undefined ? defaults.limitMs : parseDuration(flags.limit, '--limit'),
    masked: flags.masked === undefined ? (defaults.masked ?? 'report') : parseMasked(flags.masked, '--masked'),
    seed: flags.seed === undefined ? randomBytes(8).toString('hex') : parseSeed(flags.seed),
  };
}

/** Stop rules given as flags replace all configured ones; with neither, a minute. */
function readStopRules(flags: RunFlags, defaults: RunDefaults): StopRules {
  const { loops, timeMs, failures, untilRate } = defaults;
  const configured = { loops, timeMs, failures, untilRate };
  return (
    flaggedRules(flags) ??
    (hasRule(configured) ? configured : { loops: null, timeMs: defaultTimeMs, failures: null, untilRate: null })
  );
}

/** The stop rules of the command line, or null when it has none. */
export function flaggedRules(flags: RunFlags): StopRules | null {
  const rules = {
    loops: flags.loops === undefined ? null : parseCount(flags.loops, '--loops'),
    timeMs: flags.time === undefined ? null : parseDuration(flags.time, '--time'),
    failures: flags.failures === undefined ? null : parseCount(flags.failures, '--failures'),
    untilRate: flags.untilRate === undefined ? null : parseRate(flags.untilRate, '--until-rate'),
  };
  return hasRule(rules) ? rules : null;
}

/** A strategy as a flag puts the configured parts of a condition aside, and a part as a flag a configured strategy. */
function readWish(flags: RunFlags, defaults: RunDefaults): StrategyWish {
  const flagged = partsOf(flags);
  const [part] = Object.keys(flagged);
  if (flags.strategy === undefined) {
    return { strategy: part === undefined ? defaults.strategy : null, parts: { ...partsOf(defaults), ...flagged } };
  }
  if (part === undefined) return { strategy: flags.strategy, parts: {} };
  throw new UsageError(
    `--strategy ${flags.strategy} cannot be combined with --${part}: --${partNames.join(', --')} describe one condition, which is a strategy by itself. Leave one of them out, or write them all as one: --strategy pin:0,chaos:pct:2.`,
  );
}

function partsOf(given: { [Key in keyof PartTexts]?: string | null | undefined }): PartTexts {
  const entries = partNames.map((name) => [name, given[name] ?? undefined] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== undefined));
}

function hasRule(rules: StopRules): boolean {
  return Object.values(rules).some((rule) => rule !== null);
}

function readWhat(flags: RunFlags): RunRequest['what'] {
  const { test, afterDashes } = flags;
  if (test !== undefined) return { kind: 'test', name: test, args: afterDashes ?? [] };
  if (afterDashes === null) return null;
  if (afterDashes.length === 0) throw new UsageError('Nothing stands behind "--": write the command to hunt there.');
  return { kind: 'command', argv: afterDashes };
}

function parseSeed(text: string): string {
  if (!/^[0-9a-f]{1,16}$/i.test(text)) throw new UsageError(`--seed takes up to 16 hex digits, not "${text}".`);
  return text.toLowerCase().padStart(16, '0');
}
