import { createReadStream } from 'node:fs';
import { EnvironmentError } from '../errors.ts';
import type { HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import { diskError } from './disk-error.ts';
import { parseEvent } from './event-line.ts';
import { eventsFile } from './hunt-folder.ts';

/** Longest line believed to be one: far above any the writer makes. */
const maxLine = 64 << 20;

/**
 * The events of the hunt in `dir`, in the order of the log, the header first. Reads as it goes: a log may be hundreds of
 * megabytes. A last line without its LF was cut off by a kill (or is being written now) and is left out.
 * @throws EnvironmentError when the log cannot be read or a line inside it is damaged; UsageError when it is newer.
 */
export async function* readHunt(dir: string): AsyncGenerator<HuntEvent> {
  const path = eventsFile(dir);
  let number = 0;
  for await (const line of lines(path)) {
    number++;
    const event = parseEvent(line);
    if (event === null || (event.type === 'hunt') !== (number === 1)) throw damaged(path, number);
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

/** Whole lines of a file, without LF. */
async function* lines(path: string): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let restLength = 0;
  let number = 1;
  for await (const chunk of chunks(path)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      yield rest.length === 0 ? piece.toString('utf8') : Buffer.concat([...rest, piece]).toString('utf8');
      [rest, restLength, start] = [[], 0, end + 1];
      number++;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    restLength += chunk.length - start;
    if (restLength > maxLine) throw damaged(path, number);
  }
}

async function* chunks(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: 256 << 10 }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw diskError('read', path, error, 'Run `flakehunt list` to see which hunts there are.');
  }
}

function damaged(path: string, line: number): EnvironmentError {
  return new EnvironmentError(
    `The log ${path} is damaged: line ${line} is not an event. Nothing after it can be trusted; \`head -n ${line - 1}\` of it gives the part that is whole.`,
  );
}
