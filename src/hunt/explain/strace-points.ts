import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { straceStack } from '../../explain/strace-stacks.ts';
import type { PointRecord } from '../../model/engine.ts';
import { plainCondition } from '../../perturb/condition-text.ts';
import { TracedSession, type TracePlace } from './traced-session.ts';

const runs = 3;
const mostMs = 20_000;

/**
 * Where events are by strace, which follows unwind tables and so finds its way where a scan of the stack does not.
 * @param strace path of the program
 * @throws EngineError, EnvironmentError, the signal's reason
 */
export async function stracePoints(
  events: readonly string[],
  place: TracePlace,
  strace: string,
): Promise<Pick<PointRecord, 'key' | 'frames'>[]> {
  const job = { ...place.job, strace, straceStacks: true, firstRun: 1 };
  const session = await TracedSession.start({ ...place, job });
  try {
    await session.make([{ condition: plainCondition, runs, ms: mostMs, learnt: null, stacks: false }]);
  } finally {
    await session.close();
  }
  const written = await Promise.all(
    Array.from({ length: runs }, (_, i) => readFile(join(job.artifactDir, `strace.${i + 1}`), 'utf8').catch(() => '')),
  );
  return events.flatMap((key) => {
    const stacks = written.flatMap((text) => straceStack(text, key) ?? []);
    return stacks.map((frames) => ({ key, frames }));
  });
}
