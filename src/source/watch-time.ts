import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** Why a child was ended: it printed nothing for too long, or took too long in all. */
export type Overdue = 'silence' | 'limit';

export interface TimeLimits {
  silenceMs?: number;
  limitMs?: number;
  /** File that takes the output; it is looked at now and then. Without it the streams tell. */
  output?: number;
}

/** Calls `expire` once when a child exceeds a limit. Gives back a function that ends the watch. */
export function watchTime(
  streams: readonly (Readable | null | undefined)[],
  { silenceMs, limitMs, output }: TimeLimits,
  expire: (after: Overdue) => void,
): () => void {
  const limit = limitMs === undefined ? undefined : setTimeout(() => late('limit'), limitMs);
  const silence = silenceMs === undefined ? undefined : setTimeout(() => late('silence'), silenceMs);
  const looks = silence === undefined || output === undefined ? undefined : onGrowth(output, silenceMs ?? 0, silence);
  const stop = () => {
    for (const timer of [limit, silence, looks]) clearTimeout(timer);
  };
  const late = (after: Overdue) => {
    stop();
    expire(after);
  };
  for (const stream of streams) stream?.on('data', () => silence?.refresh());
  return stop;
}

const looksPerSilence = 20;

function onGrowth(output: number, silenceMs: number, silence: NodeJS.Timeout): NodeJS.Timeout {
  let seen = fstatSync(output).size;
  return setInterval(() => {
    const { size } = fstatSync(output);
    if (size !== seen) silence.refresh();
    seen = size;
  }, silenceMs / looksPerSilence);
}
