import { EnvironmentError } from '../errors.ts';
import type { HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import { parseEvent } from './event-line.ts';
import { eventsFile } from './hunt-folder.ts';
import { damagedLog, logLines } from './log-lines.ts';

/**
 * The events of the hunt in `dir`, in the order of the log, the header first. Reads as it goes: a log may be hundreds of
 * megabytes. A last line without its LF was cut off by a kill (or is being written now) and is left out.
 * @throws EnvironmentError when the log cannot be read or a line inside it is damaged; UsageError when it is newer.
 */
export async function* readHunt(dir: string): AsyncGenerator<HuntEvent> {
  const path = eventsFile(dir);
  let number = 0;
  for await (const line of logLines(path)) {
    number++;
    const event = parseEvent(line);
    if (event === null || (event.type === 'hunt') !== (number === 1)) throw damagedLog(path, number);
    yield event;
  }
}

/** The first event's header. @throws as `readHunt`, and EnvironmentError when there is none yet. */
export async function readHeader(dir: string): Promise<HuntHeader> {
  for await (const event of readHunt(dir)) {
    if (event.type === 'hunt') return event.header;
  }
  throw new EnvironmentError(
    `The log ${eventsFile(dir)} is empty: its flakehunt was ended before it had recorded anything. Remove the folder, or leave it: it is not listed.`,
  );
}
