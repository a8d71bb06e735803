import { parseCount, parseDuration } from '../config/values.ts';
import { UsageError } from '../errors.ts';
import type { RunDefaults } from '../model/settings.ts';
import { type HuntTarget, parseTarget } from '../store/hunt-target.ts';
import { type GuestFlags, type GuestRequest, readGuest } from './guest-request.ts';
import type { TargetRequest } from './prepare-target.ts';
import { parseSeed, readWhat } from './run-request.ts';

/** Flags of `flakehunt replay` as the command line gives them. */
export interface ReplayFlags extends GuestFlags {
  /** HUNT:RUN, or with --seed a test. */
  target?: string | undefined;
  /** What stood behind `--`, or null without one. */
  afterDashes: string[] | null;
  times?: string;
  untilFail?: boolean;
  gdb?: boolean;
  strace?: boolean;
  straceOutput?: string;
  seed?: string;
  condition?: string;
  asRun?: string;
  tree?: string;
  rev?: string;
  suite?: string;
  limit?: string;
  json?: boolean;
  engine?: string;
}

/** A run of a hunt, or all that is needed to make a run again without its hunt. */
export type ReplayedRun =
  | ({ kind: 'hunt' } & HuntTarget)
  | ({ kind: 'seed'; seed: string; asRun: number; condition: string } & TargetRequest);

/** The same, typed. */
export interface ReplayRequest {
  what: ReplayedRun;
  times: number;
  untilFail: boolean;
  gdb: boolean;
  strace: boolean;
  straceOutput: string | null;
  limitMs: number | null;
  guest: GuestRequest;
  json: boolean;
}

const usualTimes = 10;
const mostTimes = 1000;

/** @throws UsageError for what cannot be meant. */
export function readReplayFlags(flags: ReplayFlags, defaults: RunDefaults): ReplayRequest {
  const { gdb = false, strace = false, json = false, straceOutput = null } = flags;
  checkTogether(flags);
  const untilFail = gdb || flags.untilFail === true;
  const usual = untilFail ? mostTimes : strace ? 1 : usualTimes;
  return {
    what: readRun(flags, defaults),
    times: flags.times === undefined ? usual : parseCount(flags.times, '--times'),
    untilFail,
    gdb,
    strace,
    straceOutput,
    guest: readGuest(flags, isWhole(flags) ? noKernel(defaults) : defaults),
    limitMs: flags.limit === undefined ? null : parseDuration(flags.limit, '--limit'),
    json,
  };
}

function checkTogether({ gdb, strace, json, straceOutput }: ReplayFlags): void {
  if (gdb && strace) {
    throw new UsageError('--gdb and --strace both trace the run, which only one of them can; leave one out.');
  }
  if (gdb && json)
    throw new UsageError('--json prints one document, and --gdb hands the terminal to gdb; leave one out.');
  if (straceOutput !== undefined && !strace) {
    throw new UsageError('--strace-output says where --strace writes to; give --strace too, or leave it out.');
  }
}

function readRun(flags: ReplayFlags, defaults: RunDefaults): ReplayedRun {
  return flags.seed === undefined ? readHuntRun(flags) : readSeedRun(flags, flags.seed, defaults);
}

/** Whoever names a tree, or a command, has all that matters on the command line. */
function isWhole({ seed, target, tree }: ReplayFlags): boolean {
  return seed !== undefined && (target === undefined || tree !== undefined);
}

function noKernel(defaults: RunDefaults): RunDefaults {
  return { ...defaults, kernel: null };
}

/** A run of a hunt brings all of it along. */
function readHuntRun(flags: ReplayFlags): ReplayedRun {
  const others = ['condition', 'as-run', 'tree', 'rev', 'suite'] as const;
  const given = { ...flags, 'as-run': flags.asRun };
  const other = others.find((name) => given[name] !== undefined);
  if (other !== undefined || flags.afterDashes !== null) {
    const what = other === undefined ? 'A command behind --' : `--${other}`;
    throw new UsageError(
      `${what} goes with --seed, the seed of the run: a run of a hunt (\`flakehunt replay HUNT:RUN\`) brings all of that along. \`flakehunt show HUNT:RUN\` prints the whole command.`,
    );
  }
  return { kind: 'hunt', ...parseTarget(flags.target) };
}

function readSeedRun(flags: ReplayFlags, seed: string, defaults: RunDefaults): ReplayedRun {
  const { target: test, afterDashes, condition } = flags;
  const what = readWhat({ test, afterDashes });
  if (what === null) {
    throw new UsageError(
      'Which test? With --seed give its name (`flakehunt replay msg-ring.t --seed ...`), or a command behind -- (`flakehunt replay --seed ... -- ./a.out`).',
    );
  }
  if (condition === undefined) {
    throw new UsageError(
      '--seed needs --condition, under which the run was made: the text that the hunt prints, such as chaos:pct:2:25, or plain.',
    );
  }
  const own = isWhole(flags) ? { tree: null, rev: null, suite: null } : defaults;
  const { tree = own.tree, rev = own.rev, suite = own.suite } = flags;
  const asRun = flags.asRun === undefined ? 1 : parseCount(flags.asRun, '--as-run');
  return { kind: 'seed', seed: parseSeed(seed), asRun, condition, what, tree, rev, suite };
}
