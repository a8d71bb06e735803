import { ExitCode, ExpectedError } from '../errors.ts';

/** Says of an interrupt what it left behind, where there is no result that could. @param kept sentence */
export async function orInterrupted<T>(work: Promise<T>, kept: string, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    throw new ExpectedError(`Interrupted. ${kept}`, ExitCode.interrupted, { cause: error });
  }
}

/** Before there is anything to resume. */
export const keptBefore = 'The builds and runs made until then are kept, and the same command uses them.';
