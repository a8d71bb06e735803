import { machineFacts } from '../exec/machine.ts';
import { ioUringRefusal } from '../exec/probes/io-uring.ts';
import { type KernelAnswers, probeSupervisor, unknownAnswers } from '../exec/probes/supervisor.ts';
import { systemFiles } from '../exec/system-files.ts';
import type { Condition } from '../model/condition.ts';
import type { HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { MachineFacts } from '../model/machine.ts';
import type { Paths } from '../model/settings.ts';
import type { Suite } from '../model/suite.ts';
import { parseCondition, plainCondition } from '../perturb/condition-text.ts';
import { filledCondition } from '../perturb/fill-learnt.ts';
import { createSummary, type SummaryFold } from '../report/summary.ts';
import { Memory } from '../search/memory.ts';
import { createHunt, type HuntLog, resumeHunt } from '../store/hunt-log.ts';
import { readHunt } from '../store/read-hunt.ts';
import { engineJob } from './begin.ts';
import { conductHunt, type HuntEnd } from './conduct.ts';
import { controlGroup } from './control-group.ts';
import type { ChosenEngine } from './engine-choice.ts';
import { knownRefusals } from './known-refusals.ts';
import type { Refusal } from './refusals.ts';
import { advance, freshStart, type ResumePoint } from './resume-point.ts';
import { makeScratchFolder } from './scratch-folder.ts';

/** What a session of runs needs beside the hunt itself. */
export interface SessionContext {
  paths: Paths;
  env: Record<string, string>;
  signal: AbortSignal;
  chosen: ChosenEngine;
  machine: MachineFacts;
  gdb: string | null;
  stressNg: string | null;
  /** As of `Conduct`; without it null. */
  graceMs?: number;
  /** Called once, when the hunt has its id and before its first run. */
  onStart(header: HuntHeader, summary: SummaryFold): void;
  /** Called after each event has been logged. */
  onEvent(event: HuntEvent): void;
}

/** How a session ended, and where the hunt is kept. */
export interface SessionEnd extends HuntEnd {
  dir: string;
  artifactDir: string;
}

/** Facts of the machine that runs are made on, the guest's own where there is one; asks its kernel about io_uring. */
export async function thisMachine(chosen: ChosenEngine, signal: AbortSignal): Promise<MachineFacts> {
  return chosen.guest?.machine ?? (await machineFacts(await askKernel(chosen, signal)));
}

/** What the kernel that runs are made under answers; all unknown with the scripted engine. */
export async function askKernel({ path, guest }: ChosenEngine, signal: AbortSignal): Promise<KernelAnswers> {
  if (guest !== null) return guest.answers;
  return path === null ? unknownAnswers : await probeSupervisor(path, signal);
}

/** Begins a new hunt and conducts it. @throws EngineError, EnvironmentError */
export async function beginHunt(header: HuntHeader, context: SessionContext): Promise<SessionEnd> {
  // Before the hunt: without room for it there would be one without runs in the list.
  return await withScratch(context.paths, async (scratch) => {
    const log = await createHunt(context.paths, header);
    return await closing(log, async () => {
      return await conductIn(scratch, log, log.header, await fold(log), context);
    });
  });
}

/**
 * Goes on with a hunt.
 * @param adapt gets the header and what the hunt has so far, and returns the header to go on with
 */
export async function continueHunt(
  ref: string,
  adapt: (header: HuntHeader, summary: SummaryFold) => HuntHeader,
  context: SessionContext,
): Promise<SessionEnd> {
  const log = await resumeHunt(context.paths, ref);
  return await closing(log, async () => {
    const soFar = await fold(log);
    const adapted = adapt(log.header, soFar.summary);
    return await withScratch(context.paths, async (scratch) => {
      return await conductIn(scratch, log, adapted, soFar, context);
    });
  });
}

async function withScratch<T>(paths: Paths, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await makeScratchFolder(paths);
  try {
    return await work(scratch.path);
  } finally {
    await scratch.remove();
  }
}

async function closing<T>(log: HuntLog, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await log.close();
  }
}

/** What a hunt has so far. */
interface SoFar {
  summary: SummaryFold;
  memory: Memory;
  from: ResumePoint;
}

async function fold(log: HuntLog): Promise<SoFar> {
  const summary = createSummary(filledCondition);
  const memory = new Memory(log.header);
  let from = freshStart;
  for await (const event of readHunt(log.dir)) {
    summary.apply(event);
    memory.apply(event);
    from = advance(from, event);
  }
  return { summary, memory, from };
}

async function conductIn(
  scratchDir: string,
  log: HuntLog,
  header: HuntHeader,
  { summary, memory, from }: SoFar,
  context: SessionContext,
): Promise<SessionEnd> {
  const { chosen, machine, env, gdb, stressNg, signal, graceMs = null, onEvent } = context;
  const [base = plainCondition, ...others] = header.conditions.map(parseCondition);
  const inGuest = chosen.guest !== null;
  const cgroup = [base, ...others].some(({ quota }) => quota !== null) ? controlGroup(inGuest) : null;
  const refused = await refusals([base, ...others], cgroup, context);
  context.onStart(header, summary);
  const places = {
    scratchDir,
    artifactDir: log.artifactDir,
    env,
    gdb,
    stressNg,
    cgroup,
    firstRun: from.nextRun,
    inGuest,
  };
  const end = await conductHunt({
    header,
    engine: chosen.engineFor(header.guestFiles ?? []),
    supervisor: chosen.supervisor,
    job: engineJob(header, machine, places),
    conditions: [base, ...others],
    refused,
    from,
    rules: header.suiteDefinition.judge,
    refusal: refusalOf(header.suiteDefinition, machine, inGuest),
    log,
    summary,
    memory,
    onEvent,
    signal,
    graceMs,
    monotonicMs: () => performance.now(),
    wallClockMs: () => Date.now(),
  });
  return { ...end, dir: log.dir, artifactDir: log.artifactDir };
}

/** A scripted engine tells of its refusals by itself. */
async function refusals(
  conditions: Condition[],
  cgroup: string | null,
  { chosen, machine, stressNg, signal }: SessionContext,
): Promise<Refusal[]> {
  if (chosen.path === null || conditions.every(({ chaos, quota }) => chaos === null && quota === null)) return [];
  const { chaos } = await askKernel(chosen, signal);
  return knownRefusals(conditions, {
    allowedCpus: machine.cpusAllowed,
    chaos,
    stressNg: stressNg !== null,
    quota: cgroup !== null,
    guest: chosen.guest !== null,
  });
}

/** One clause for the reader: which setting refuses what the whole suite is about. */
export function refusalOf(suite: Suite, machine: MachineFacts, inGuest: boolean): string | null {
  if (suite.requires !== 'io_uring') return null;
  const refusal = ioUringRefusal(machine.ioUring, inGuest ? () => null : systemFiles(), machine.uid);
  return refusal === null ? null : `io_uring refused: ${refusal.why}`;
}
