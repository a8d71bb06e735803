import { randomBytes } from 'node:crypto';
import { contradiction, layered, partsOf } from '../config/strategy-layers.ts';
import { parseCount, parseDuration, parseJobs, parseMasked, parseRate } from '../config/values.ts';
import { UsageError } from '../errors.ts';
import type { GuestWish } from '../hunt/guest-wish.ts';
import type { StopRules } from '../model/hunt.ts';
import type { RunDefaults } from '../model/settings.ts';
import type { MaskedPolicy } from '../model/verdict.ts';
import type { StrategyWish } from '../perturb/strategy.ts';
import { type GuestFlags, readGuest } from './guest-request.ts';

/** Flags of `flakehunt run` as the command line gives them. */
export interface RunFlags extends GuestFlags {
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
  preempt?: string;
  limit?: string;
  masked?: string;
  seed?: string;
  resume?: string;
  json?: boolean;
  quiet?: boolean;
  report?: string;
  junit?: string;
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
  guest: GuestWish | null;
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
    guest: readGuest(flags, defaults).wish,
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

/** The strategy or the parts of a condition that flags give, over the configured ones. */
function readWish(flags: RunFlags, defaults: RunDefaults): StrategyWish {
  const both = contradiction(flags, (key) => `--${key}`);
  if (both !== null) throw new UsageError(both);
  const { strategy } = flags;
  const given = layered(defaults, { ...partsOf(flags), ...(strategy === undefined ? {} : { strategy }) });
  return { strategy: given.strategy ?? null, parts: partsOf(given) };
}

function hasRule(rules: StopRules): boolean {
  return Object.values(rules).some((rule) => rule !== null);
}

/** A test with its arguments, or a command. @throws UsageError */
export function readWhat(flags: Pick<RunFlags, 'test' | 'afterDashes'>): RunRequest['what'] {
  const { test, afterDashes } = flags;
  if (test !== undefined) return { kind: 'test', name: test, args: afterDashes ?? [] };
  if (afterDashes === null) return null;
  if (afterDashes.length === 0) throw new UsageError('Nothing stands behind "--": write the command to hunt there.');
  return { kind: 'command', argv: afterDashes };
}

/** @throws UsageError */
export function parseSeed(text: string): string {
  if (!/^[0-9a-f]{1,16}$/i.test(text)) throw new UsageError(`--seed takes up to 16 hex digits, not "${text}".`);
  return text.toLowerCase().padStart(16, '0');
}
