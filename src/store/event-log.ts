import { EnvironmentError } from '../errors.ts';
import { EventWriter } from './event-writer.ts';
import { eventsFile } from './hunt-folder.ts';
import { type HuntLock, lockHunt } from './hunt-lock.ts';
import { damagedLog, logLines } from './log-lines.ts';
import { repairLog } from './repair-log.ts';

/** The one writer of the event log in a folder that it holds. */
export interface EventLog<E extends { type: string }> {
  readonly id: string;
  readonly dir: string;
  /** Reaches the kernel before it returns, and the disk within about a second. @throws EnvironmentError */
  append(event: E): void;
  /** Syncs, closes and gives the folder free. @throws EnvironmentError */
  close(): Promise<void>;
}

/** How the logs of bisects, or of nights, are written and read. */
export interface LogKind<E extends { type: string }> {
  /** Type of the first event, and of no other. */
  first: string;
  /** Null: the line is damaged. */
  parse(line: string): E | null;
  /** What to do when it cannot be written. */
  advice(id: string): string;
}

/** Begins the log in a new folder with its first event. @throws EnvironmentError */
export async function beginLog<E extends { type: string }>(
  { id, dir }: { id: string; dir: string },
  first: E,
  kind: LogKind<E>,
): Promise<EventLog<E>> {
  const lock = lockHunt(dir);
  const writer = new EventWriter<E>(eventsFile(dir), 'ax', kind.advice(id));
  writer.append(first);
  await writer.sync();
  return eventLog(id, dir, writer, lock);
}

/** Opens a log to go on with it. @throws UsageError when another flakehunt is at it; EnvironmentError */
export function resumeLog<E extends { type: string }>(
  { id, dir }: { id: string; dir: string },
  kind: LogKind<E>,
): EventLog<E> {
  const lock = lockHunt(dir);
  try {
    repairLog(eventsFile(dir), (line) => kind.parse(line) !== null);
    return eventLog(id, dir, new EventWriter<E>(eventsFile(dir), 'a', kind.advice(id)), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The events of a log, the header first. @throws EnvironmentError when a line inside the log is damaged */
export async function* readLog<E extends { type: string }>(
  dir: string,
  { first, parse }: LogKind<E>,
): AsyncGenerator<E> {
  const path = eventsFile(dir);
  let number = 0;
  for await (const line of logLines(path)) {
    number++;
    const event = parse(line);
    if (event === null || (event.type === first) !== (number === 1)) throw damagedLog(path, number);
    yield event;
  }
  if (number === 0) throw new EnvironmentError(`The log ${path} is empty: its flakehunt was ended before it began.`);
}

function eventLog<E extends { type: string }>(
  id: string,
  dir: string,
  writer: EventWriter<E>,
  lock: HuntLock,
): EventLog<E> {
  return {
    id,
    dir,
    append: (event) => writer.append(event),
    async close() {
      try {
        await writer.close();
      } finally {
        lock.release();
      }
    },
  };
}
