import { constants, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';

/** Where what strace wrote is kept: `STEM.1`, `STEM.2`, ... in `folder`, beside what is there. */
export interface TracePlace {
  folder: string;
  stem: string;
}

/**
 * Copies what strace wrote of these runs out of the artifact folder. Returns the paths, in the order of the runs.
 * @throws EnvironmentError when the place cannot be written.
 */
export function keepTraces(artifactDir: string, runs: number[], { folder, stem }: TracePlace): string[] {
  try {
    mkdirSync(folder, { recursive: true });
    let next = 1;
    return runs.map((run) => {
      for (; ; next++) {
        const path = join(folder, `${stem}.${next}`);
        if (copied(join(artifactDir, `strace.${run}`), path)) return path;
      }
    });
  } catch (error) {
    throw new EnvironmentError(
      `What strace wrote cannot be kept in ${folder} (${(error as NodeJS.ErrnoException).code}). Name another folder with --strace-output.`,
      { cause: error },
    );
  }
}

function copied(from: string, to: string): boolean {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
