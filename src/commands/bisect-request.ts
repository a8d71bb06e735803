import { randomBytes } from 'node:crypto';
import { parseDuration, parseJobs, parseMasked } from '../config/values.ts';
import { UsageError } from '../errors.ts';
import type { BisectDirection } from '../model/bisect.ts';
import type { RunDefaults } from '../model/settings.ts';
import type { MaskedPolicy } from '../model/verdict.ts';
import { type GuestFlags, type GuestRequest, readGuest } from './guest-request.ts';
import { parseSeed } from './run-request.ts';

/** Flags of `flakehunt bisect` as the command line gives them. */
export interface BisectFlags extends GuestFlags {
  test?: string | undefined;
  /** What stood behind `--`, or null without one. */
  afterDashes: string[] | null;
  good?: string;
  bad?: string;
  old?: string;
  new?: string;
  fix?: boolean;
  regression?: boolean;
  /** Kernels, instead of commits. */
  kernels?: string;
  /** With kernels: revision of the tree. */
  rev?: string;
  tree?: string;
  suite?: string;
  confidence?: string;
  time?: string;
  path?: string[];
  firstParent?: boolean;
  signature?: string;
  condition?: string;
  jobs?: string;
  limit?: string;
  masked?: string;
  seed?: string;
  resume?: string;
  log?: string | boolean;
  dryRun?: boolean;
  json?: boolean;
  quiet?: boolean;
  engine?: string;
}

/** Ends as they were named: the one that fails, the other, and which is older, as far as that was said. */
export interface NamedEnds {
  failing: string | null;
  clean: string | null;
  direction: BisectDirection | null;
}

/** The same, typed and laid over the configured defaults. */
export interface BisectRequest {
  test: string | null;
  args: string[] | null;
  tree: string | null;
  suite: string | null;
  ends: NamedEnds;
  confidence: number;
  timeMs: number;
  paths: string[];
  firstParent: boolean;
  /** Null: the target's own, and what begins like it. `any`: whatever fails. */
  signature: string | null;
  condition: string | null;
  jobs: number;
  limitMs: number | null;
  masked: MaskedPolicy;
  seed: string;
  guest: GuestRequest;
}

const usual = { confidence: 0.95, timeMs: 3_600_000 };

/** @throws UsageError for a value that no bisect can have, or for flags that contradict each other. */
export function readBisectFlags(flags: BisectFlags, defaults: RunDefaults): BisectRequest {
  return {
    test: flags.test ?? null,
    args: flags.afterDashes,
    tree: flags.tree ?? defaults.tree,
    suite: flags.suite ?? defaults.suite,
    ends: readEnds(flags),
    confidence: flags.confidence === undefined ? usual.confidence : parseConfidence(flags.confidence),
    timeMs: flags.time === undefined ? usual.timeMs : parseDuration(flags.time, '--time'),
    paths: flags.path ?? [],
    firstParent: flags.firstParent === true,
    signature: flags.signature ?? null,
    condition: flags.condition ?? null,
    jobs: readJobs(flags.jobs),
    limitMs: flags.limit === undefined ? defaults.limitMs : parseDuration(flags.limit, '--limit'),
    masked: flags.masked === undefined ? (defaults.masked ?? 'report') : parseMasked(flags.masked, '--masked'),
    seed: flags.seed === undefined ? randomBytes(8).toString('hex') : parseSeed(flags.seed),
    guest: readGuests(flags, defaults),
  };
}

/** With --kernels the guests' shape is known, and their kernel is each in turn. */
function readGuests(flags: BisectFlags, defaults: RunDefaults): GuestRequest {
  if (flags.kernels === undefined) {
    if (flags.rev === undefined) return readGuest(flags, defaults);
    throw new UsageError(
      '--rev is the one revision that is run under all --kernels; to search commits name the ends with --good and --bad.',
    );
  }
  if (flags.kernel === undefined) return readGuest({ ...flags, kernel: flags.kernels }, defaults);
  throw new UsageError('--kernel is one kernel for all commits, --kernels are those that are searched: choose one.');
}

function readEnds(flags: BisectFlags): NamedEnds {
  const ends = namedEnds(flags);
  if (ends.failing === 'worktree' || ends.clean === 'worktree') {
    throw new UsageError(
      '`worktree` is your uncommitted work, and a bisect searches commits: name HEAD or another one. `flakehunt confirm worktree TEST` compares your work with HEAD.',
    );
  }
  return ends;
}

function namedEnds({ good, bad, old, new: young, fix, regression }: BisectFlags): NamedEnds {
  if ((good ?? bad) !== undefined && (old ?? young) !== undefined) {
    throw new UsageError(
      '--good and --bad name the ends by how they behave, --old and --new by their age: use one pair.',
    );
  }
  if (fix && regression) {
    throw new UsageError(
      '--fix looks for the commit that made a failure go, --regression for the one that brought it: choose one.',
    );
  }
  const direction = fix ? 'fix' : regression ? 'regression' : null;
  if ((old ?? young) === undefined) return { failing: bad ?? null, clean: good ?? null, direction };
  if (direction === null) {
    throw new UsageError(
      '--old and --new do not say which end fails: add --fix (the old one does, the new one does not) or --regression (the other way round).',
    );
  }
  const [failing = null, clean = null] = direction === 'fix' ? [old, young] : [young, old];
  return { failing, clean, direction };
}

/** A share above a half: `0.95`, `95%`. @throws UsageError */
export function parseConfidence(text: string): number {
  const match = /^(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6}) ?(%?)$/.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (!(value >= 0.5 && value < 1)) {
    throw new UsageError(`--confidence "${text}" is not a share from 0.5 to below 1; write 0.95 or 99%.`);
  }
  return value;
}

/** @throws UsageError */
export function readJobs(text: string | undefined): number {
  const jobs = text === undefined ? 1 : parseJobs(text, '--jobs');
  if (jobs === 'auto') {
    throw new UsageError(
      '--jobs auto would find another number at each revision, and they are to be compared: give one, such as --jobs 4.',
    );
  }
  return jobs;
}
