import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExplainTarget, Explanation } from '../../model/explain.ts';
import type { MachineFacts } from '../../model/machine.ts';
import type { SourceContext } from '../../source/context.ts';
import { engineJob } from '../begin.ts';
import type { ChosenEngine } from '../engine-choice.ts';
import { refusalOf } from '../hunt-session.ts';
import { makeScratchFolder } from '../scratch-folder.ts';
import type { Target } from '../target.ts';
import { Bench } from './bench.ts';
import { type ExplainWish, explainFailure } from './explain-failure.ts';
import { type Located, locateFinding } from './locate-finding.ts';
import type { TracePlace } from './traced-session.ts';

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
  /** Path of strace, where it can look at the runs; null: it cannot, or is not there. */
  strace: string | null;
  onRuns(runs: number): void;
}

/** An explanation, its points found in the source. */
export interface Explained {
  explanation: Explanation;
  located: Located | null;
}

/**
 * Explains a failure, in folders that go with it; nothing is logged.
 * @throws EnvironmentError, EngineError, the signal's reason
 */
export async function explainInSession(
  { target, limitMs, seed, failure }: ExplainSubject,
  wish: ExplainWish,
  { chosen, machine, source, strace, onRuns }: ExplainPlace,
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
    const engine = chosen.engineFor(target.guestFiles);
    const place: TracePlace = { engine, job, rules, refusal, signal: source.signal, onRuns };
    const bench = new Bench(place, failure);
    const explanation = await explainFailure(bench, wish).finally(() => bench.close());
    const { finding } = explanation;
    if (finding === null) return { explanation, located: null };
    wish.onPhase('finding the lines');
    return { explanation, located: await locateFinding(bench, finding, target.test, { place, strace, source }) };
  } finally {
    await scratch.remove();
  }
}
