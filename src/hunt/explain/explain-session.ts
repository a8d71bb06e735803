import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoNotes } from '../../explain/errno-notes.ts';
import { missingSync } from '../../explain/missing-sync.ts';
import type {
  ErrnoNote,
  ExplainedPoint,
  ExplainTarget,
  Explanation,
  Finding,
  MissingSync,
} from '../../model/explain.ts';
import type { MachineFacts } from '../../model/machine.ts';
import type { SourceContext } from '../../source/context.ts';
import { engineJob } from '../begin.ts';
import type { ChosenEngine } from '../engine-choice.ts';
import { refusalOf } from '../hunt-session.ts';
import { makeScratchFolder } from '../scratch-folder.ts';
import type { Target } from '../target.ts';
import { Bench } from './bench.ts';
import { type ExplainWish, explainFailure } from './explain-failure.ts';
import { locate } from './locate.ts';

/** What is explained. */
export interface ExplainSubject {
  target: Target;
  limitMs: number;
  seed: string;
  /** Null: the failure that is met most often. */
  failure: ExplainTarget | null;
}

export interface ExplainPlace {
  chosen: ChosenEngine;
  machine: MachineFacts;
  source: SourceContext;
  onRuns(runs: number): void;
}

/** An explanation, its points found in the source. */
export interface Explained {
  explanation: Explanation;
  located: Located | null;
}

export interface Located {
  first: ExplainedPoint;
  second: ExplainedPoint;
  missing: MissingSync;
  notes: ErrnoNote[];
}

/**
 * Explains a failure, in folders that go with it; nothing is logged.
 * @throws EnvironmentError, EngineError, the signal's reason
 */
export async function explainInSession(
  { target, limitMs, seed, failure }: ExplainSubject,
  wish: ExplainWish,
  { chosen, machine, source, onRuns }: ExplainPlace,
): Promise<Explained> {
  const scratch = await makeScratchFolder(source.paths);
  try {
    const places = { scratchDir: join(scratch.path, 'runs'), artifactDir: join(scratch.path, 'artifacts') };
    for (const place of Object.values(places)) mkdirSync(place);
    const facts = { argv: target.argv, cwd: target.cwd, limitMs, seed, suiteDefinition: target.suite };
    const inGuest = chosen.guest !== null;
    const tools = { env: source.env, gdb: null, stressNg: null, cgroup: null, firstRun: 1, inGuest };
    const job = { ...engineJob(facts, machine, { ...places, ...tools }), maxCores: 0, maxStacks: 0, kernelLog: false };
    const { judge: rules } = target.suite;
    const refusal = refusalOf(target.suite, machine, inGuest);
    const bench = new Bench(
      { engine: chosen.engineFor(target.guestFiles), job, rules, refusal, signal: source.signal, onRuns },
      failure,
    );
    const explanation = await explainFailure(bench, wish).finally(() => bench.close());
    const { finding } = explanation;
    if (finding === null) return { explanation, located: null };
    wish.onPhase('finding the lines');
    return { explanation, located: await locateFinding(bench, finding, target.test, source) };
  } finally {
    await scratch.remove();
  }
}

async function locateFinding(bench: Bench, finding: Finding, test: string, source: SourceContext): Promise<Located> {
  const { order, points } = finding;
  const first = await locate(order.first, points, bench.runs, test, source);
  const second = await locate(order.second, points, bench.runs, test, source);
  const owners =
    bench.runs[0]?.events.filter(({ call }) => call === 'io_uring_setup').map(({ thread }) => thread) ?? [];
  const entering = [first, second].filter(({ call }) => call === 'io_uring_enter');
  const { errnos = [], lines = [] } = bench.target?.signature ?? {};
  const notes = errnoNotes({
    errnos: errnos.map(({ name }) => name),
    calls: [first.call, second.call],
    foreignTask: owners.length > 0 && entering.some(({ thread }) => !owners.includes(thread)),
    lines,
  });
  return { first, second, missing: missingSync(finding, bench.runs), notes };
}
