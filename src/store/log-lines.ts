import { createReadStream } from 'node:fs';
import { EnvironmentError } from '../errors.ts';
import { diskError } from './disk-error.ts';

/** Longest line believed to be one: far above any the writer makes. */
const maxLine = 64 << 20;

/**
 * Whole lines of a log, without LF; a last one that was cut off is left out. Reads as it goes.
 * @throws EnvironmentError when the log cannot be read
 */
export async function* logLines(path: string): AsyncGenerator<string> {
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
    if (restLength > maxLine) throw damagedLog(path, number);
  }
}

async function* chunks(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: 256 << 10 }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw diskError('read', path, error, 'Run `flakehunt list` to see which hunts there are.');
  }
}

export function damagedLog(path: string, line: number): EnvironmentError {
  return new EnvironmentError(
    `The log ${path} is damaged: line ${line} is not an event. Nothing after it can be trusted; \`head -n ${line - 1}\` of it gives the part that is whole.`,
  );
}
