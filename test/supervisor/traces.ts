import { parseCondition } from '../../src/perturb/condition-text.ts';
import { mixSeed } from '../../src/stats/random.ts';
import { Session } from './session.ts';

/** A line of a trace (src/native/PROTOCOL.md, "Traces"). */
export interface TraceLine {
  /** Pedigree. */
  thread: string;
  /** `PEDIGREE/EPOCH CALL SITE`. */
  key: string;
  call: string;
  k: number;
  arrivedUs: number;
  releasedUs: number;
  decision: string;
  /** What the call is about: `pipe1`, or `-`. */
  object: string;
}

const form = /^(0(?:\.\d+)*)\/(\d+) (\w+) ([0-9a-f]{1,3}) (\d+) (\d+) (\d+) (-|p|c|h\d+) (-|[a-z]+\d+)$/;

/** Schedules of the first `seeds` runs of a hunt, each replayed once. Throws for a line that PROTOCOL.md does not know. */
export async function traces(program: string[], condition: string, seeds: number): Promise<TraceLine[][]> {
  const session = await Session.start(program);
  for (let run = 1; run <= seeds; run++) {
    const replay = { run, seed: mixSeed(session.job.seed, run), haltAt: null };
    await session.run({ id: run, runs: 1, condition: parseCondition(condition), replay });
  }
  await session.stop();
  const found = session.records.filter((record) => record.type === 'trace');
  if (found.length !== seeds) throw new Error(`${found.length} traces of ${seeds} runs`);
  return found.map(({ lines }) => readLines(lines));
}

/** The lines of a trace record. Throws for one that PROTOCOL.md does not know. */
export function readLines(lines: string): TraceLine[] {
  return lines.trimEnd().split('\n').map(readLine);
}

function readLine(line: string): TraceLine {
  const [, thread = '', epoch, call = '', site, k, arrived, released, decision = '', object = ''] =
    form.exec(line) ?? [];
  if (thread === '') throw new Error(`Not a line of a trace: ${line}`);
  return {
    thread,
    key: `${thread}/${epoch} ${call} ${site}`,
    call,
    k: Number(k),
    arrivedUs: Number(arrived),
    releasedUs: Number(released),
    decision,
    object,
  };
}
