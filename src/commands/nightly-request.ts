import { randomBytes } from 'node:crypto';
import { parseCount, parseDuration } from '../config/values.ts';
import { UsageError } from '../errors.ts';
import { failOns } from '../hunt/nightly/fail-on.ts';
import type { Shard } from '../hunt/nightly/select-tests.ts';
import type { FailOn } from '../model/night.ts';
import type { RunDefaults } from '../model/settings.ts';
import { didYouMean } from '../nearest.ts';
import { type GuestFlags, type GuestRequest, readGuest } from './guest-request.ts';
import { parseSeed } from './run-request.ts';

/** Flags of `flakehunt nightly` as the command line gives them. */
export interface NightlyFlags extends GuestFlags {
  tests: string[];
  tree?: string;
  rev?: string;
  suite?: string;
  time?: string;
  changed?: boolean;
  shard?: string;
  condition?: string[];
  jobs?: string;
  limit?: string;
  seed?: string;
  overload?: string;
  failOn?: string;
  bisect?: boolean;
  resume?: string | boolean;
  report?: string;
  junit?: string;
  junitFlavour?: string;
  ctrf?: string;
  ktap?: string;
  ndjson?: string;
  markdown?: string;
  json?: boolean;
  quiet?: boolean;
  engine?: string;
}

/** The same, typed and laid over the configured defaults. */
export interface NightlyRequest {
  tests: string[];
  tree: string | null;
  rev: string | null;
  suite: string | null;
  budgetMs: number;
  changed: boolean;
  shard: Shard | null;
  conditions: string[];
  /** Tests side by side; null: as many as the CPUs allow. */
  lanes: number | null;
  limitMs: number | null;
  seed: string;
  overload: 'apart' | 'count';
  failOn: FailOn;
  guest: GuestRequest;
}

const usualBudgetMs = 3_600_000;
/** So that what is rare shows, too. */
const usualConditions = ['plain', 'chaos:pct:3'];
/** More would be a slip. */
const mostShards = 10_000;

/** @throws UsageError for a value that no night can have. */
export function readNightlyFlags(flags: NightlyFlags, defaults: RunDefaults): NightlyRequest {
  return {
    tests: flags.tests,
    tree: flags.tree ?? defaults.tree,
    rev: flags.rev ?? defaults.rev,
    suite: flags.suite ?? defaults.suite,
    budgetMs: flags.time === undefined ? usualBudgetMs : parseDuration(flags.time, '--time'),
    changed: flags.changed === true,
    shard: flags.shard === undefined ? null : parseShard(flags.shard),
    conditions: flags.condition ?? usualConditions,
    lanes: flags.jobs === undefined ? null : parseCount(flags.jobs, '--jobs', 1024),
    limitMs: flags.limit === undefined ? defaults.limitMs : parseDuration(flags.limit, '--limit'),
    seed: flags.seed === undefined ? randomBytes(8).toString('hex') : parseSeed(flags.seed),
    overload: readOverload(flags.overload ?? 'apart'),
    failOn: readFailOn(flags) ?? 'new',
    guest: readGuest(flags, defaults),
  };
}

function readOverload(text: string): 'apart' | 'count' {
  if (text === 'apart' || text === 'count') return text;
  throw new UsageError(`--overload takes apart or count, not "${text}".`);
}

/** @throws UsageError */
export function readFailOn({ failOn }: Pick<NightlyFlags, 'failOn'>): FailOn | null {
  if (failOn === undefined) return null;
  const found = failOns.find((one) => one === failOn);
  if (found !== undefined) return found;
  throw new UsageError(`--fail-on takes ${failOns.join(', ')}, not "${failOn}"${didYouMean(failOn, failOns) || '.'}`);
}

/** @throws UsageError */
export function parseShard(text: string): Shard {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  const [index, total] = [Number(match?.[1]), Number(match?.[2])];
  if (match !== null && index >= 1 && index <= total && total <= mostShards) return { index, total };
  throw new UsageError(`--shard takes the number of a part and of all parts, such as 1/4 to 4/4, not "${text}".`);
}
