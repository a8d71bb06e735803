import { UsageError } from '../errors.ts';

/** What `flakehunt show` and `replay` are pointed at. */
export interface HuntTarget {
  /** To be given to `findHunt`. */
  hunt: string;
  run: number | null;
}

/**
 * Reads `HUNT`, `HUNT:RUN`, or `:RUN` (of the last hunt); undefined is the last hunt.
 * @throws UsageError when the run is not a number from 1 on.
 */
export function parseTarget(text: string | undefined): HuntTarget {
  const colon = text?.lastIndexOf(':') ?? -1;
  if (text === undefined || colon === -1) return { hunt: text || 'last', run: null };
  const run = text.slice(colon + 1);
  if (!/^[1-9]\d{0,14}$/.test(run)) {
    throw new UsageError(
      `"${run}" in "${text}" is no run: runs are numbered from 1. Write HUNT:RUN, for example last:57.`,
    );
  }
  return { hunt: text.slice(0, colon) || 'last', run: Number(run) };
}
