import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';
import type { HaltRecord } from '../model/engine.ts';
import type { MachineFacts } from '../model/machine.ts';
import type { OriginalRun } from '../model/replay.ts';
import type { Paths } from '../model/settings.ts';
import type { MaskedPolicy } from '../model/verdict.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { type Means, obstacle } from '../perturb/obstacle.ts';
import { engineJob } from './begin.ts';
import { controlGroup } from './control-group.ts';
import type { ChosenEngine } from './engine-choice.ts';
import { askKernel, refusalOf } from './hunt-session.ts';
import { keepTraces, type TracePlace } from './keep-traces.ts';
import { conductReplay, type ReplayEnd } from './replay.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import type { Target } from './target.ts';

/** The run to be made again. */
export interface ReplaySubject {
  target: Target;
  condition: Condition;
  /** The number that the test is told. */
  asRun: number;
  /** Of the run, 16 hex digits. */
  seed: string;
  limitMs: number;
  masked: MaskedPolicy;
  original: OriginalRun | null;
}

export interface ReplayWish {
  times: number;
  untilFail: boolean;
  /** Words to stop at; null: runs are not stopped. */
  haltAt: string | null;
  strace: ({ program: string } & TracePlace) | null;
}

/** What a replay needs beside its subject. */
export interface ReplayContext {
  paths: Paths;
  env: Record<string, string>;
  signal: AbortSignal;
  chosen: ChosenEngine;
  machine: MachineFacts;
  gdb: string | null;
  stressNg: string | null;
  onRuns(runs: number): void;
  onNote(text: string): void;
  /** A run stands still at its failure point until this is settled. */
  onHalt(halt: HaltRecord): Promise<void>;
  /** The first failing run crashed, and where stops were wished for its core dump is there until this is settled. */
  onCore(core: string): Promise<void>;
}

/** What came of it, and where what strace wrote is kept. */
export interface ReplayResult extends ReplayEnd {
  traces: string[];
}

/**
 * Runs it again, in folders of its own that go with it.
 * @throws EnvironmentError where its condition cannot be put in force.
 */
export async function replayRun(
  subject: ReplaySubject,
  wish: ReplayWish,
  context: ReplayContext,
): Promise<ReplayResult> {
  const cgroup = subject.condition.quota === null ? null : controlGroup(context.chosen.guest !== null);
  await mustBePossible(subject.condition, cgroup, context);
  const scratch = await makeScratchFolder(context.paths);
  try {
    const places = { scratchDir: join(scratch.path, 'runs'), artifactDir: join(scratch.path, 'artifacts') };
    for (const place of Object.values(places)) mkdirSync(place);
    const end = await replayIn(subject, wish, { ...places, cgroup }, context);
    const core = end.failure?.outcome.core ?? null;
    if (wish.haltAt !== null && core !== null) await context.onCore(join(places.artifactDir, core));
    const runs = tracedRuns(end, wish);
    return { ...end, traces: wish.strace === null ? [] : keepTraces(places.artifactDir, runs, wish.strace) };
  } finally {
    await scratch.remove();
  }
}

async function replayIn(
  subject: ReplaySubject,
  { times, untilFail, haltAt, strace }: ReplayWish,
  places: { scratchDir: string; artifactDir: string; cgroup: string | null },
  { chosen, machine, env, gdb, stressNg, signal, onRuns, onNote, onHalt }: ReplayContext,
): Promise<ReplayEnd> {
  const { target, condition, asRun, seed, limitMs, masked, original } = subject;
  const facts = { argv: target.argv, cwd: target.cwd, limitMs, seed, suiteDefinition: target.suite };
  const inGuest = chosen.guest !== null;
  const job = engineJob(facts, machine, { ...places, env, gdb, stressNg, firstRun: 1, inGuest });
  return await conductReplay({
    engine: chosen.engineFor(target.guestFiles),
    // Dumps go with the folder, unless somebody looks at them before.
    job: { ...job, maxCores: haltAt === null ? 0 : job.maxCores, strace: strace?.program ?? null },
    condition,
    asRun,
    seed,
    times,
    untilFail,
    haltAt,
    original,
    masked,
    rules: target.suite.judge,
    inGuest,
    refusal: refusalOf(target.suite, machine, inGuest),
    signal,
    onRuns,
    onNote,
    onHalt,
  });
}

/** Of many runs until one fails, that one is looked at. */
function tracedRuns({ failure, summary: { runs } }: ReplayEnd, { untilFail }: ReplayWish): number[] {
  if (untilFail) return failure === null ? [] : [failure.run];
  return Array.from({ length: runs }, (_, i) => i + 1);
}

/** Without a part of its condition it would be another run. */
async function mustBePossible(condition: Condition, cgroup: string | null, context: ReplayContext): Promise<void> {
  const { chosen, machine, stressNg, signal } = context;
  // A scripted engine tells by itself.
  if (chosen.path === null) return;
  const means: Means = {
    allowedCpus: machine.cpusAllowed,
    chaos: condition.chaos === null ? 'unknown' : (await askKernel(chosen, signal)).chaos,
    stressNg: stressNg !== null,
    quota: cgroup !== null,
    guest: chosen.guest !== null,
  };
  const why = obstacle(condition, means);
  if (why === null) return;
  throw new EnvironmentError(
    `The run cannot be replayed here, for its condition ${conditionText(condition)} cannot be put in force: ${why}. \`flakehunt doctor\` tells what this machine has.`,
  );
}
