import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EngineError } from '../errors.ts';
import type { Batch, Engine, EngineJob, EngineRecord, EngineSession } from '../model/engine.ts';
import { formatBatch, formatPlan, formatStop, PROTOCOL_VERSION } from './orders.ts';
import { parseRecord } from './records.ts';
import { splitLines } from './split-lines.ts';

/** Runs on this machine, under a supervisor process of our own session (a Ctrl-C at the terminal reaches only us). */
export function localEngine(supervisorPath: string): Engine {
  return {
    name: 'local',
    async start(job: EngineJob): Promise<EngineSession> {
      const child = spawn(supervisorPath, [], { detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: {} });
      await once(child, 'spawn').catch((error: Error) => {
        throw new EngineError(`The supervisor ${supervisorPath} does not start: ${error.message}.`);
      });
      return new LocalSession(child, job);
    },
  };
}

class LocalSession implements EngineSession {
  readonly records: AsyncIterable<EngineRecord>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #cpus: number[];
  #complaint = '';

  constructor(child: ChildProcessWithoutNullStreams, job: EngineJob) {
    this.#child = child;
    this.#cpus = job.cpus;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-2000);
    });
    // A supervisor that died answers with EPIPE here; the missing trailer tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.write(formatPlan(job));
    this.records = this.#read();
  }

  submit(batch: Batch): void {
    this.#child.stdin.write(formatBatch(batch, this.#cpus));
  }

  stop(graceMs: number): void {
    this.#child.stdin.write(formatStop(graceMs));
  }

  async *#read(): AsyncGenerator<EngineRecord> {
    const exited = once(this.#child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    let ended = false;
    try {
      for await (const line of splitLines(this.#child.stdout)) {
        const record = parseRecord(line);
        if (record.type === 'hello' && record.version !== PROTOCOL_VERSION) {
          throw new EngineError(`The supervisor speaks protocol ${record.version}, not ${PROTOCOL_VERSION}.`);
        }
        ended = record.type === 'bye';
        yield record;
      }
    } finally {
      // End of file tells the supervisor to clean up and leave; it does so however this loop was left.
      this.#child.stdin.end();
      this.#child.stdout.resume();
    }
    const [code, signal] = await exited;
    if (!ended) throw new EngineError(death(code, signal, this.#complaint));
  }
}

const suspects =
  'The test itself may have sent the signal (kill(-1) reaches all processes of its user), as may somebody else, or the kernel where memory ran out.';

function death(code: number | null, signal: string | null, complaint: string): string {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const said = complaint.trim() === '' ? '' : `: ${complaint.trim()}`;
  const who = signal === null ? '' : ` ${suspects}`;
  return `The supervisor ended ${how} before its work was done${said}.${who}`;
}
