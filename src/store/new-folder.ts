import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../make-folders.ts';
import { errorCode } from './disk-error.ts';

/** A folder that nobody else has: when `wanted` is taken, `-2`, `-3`, ... is added. @throws the system's error */
export function makeNewFolder(parent: string, wanted: string): { id: string; dir: string } {
  makeFolders(parent);
  for (let attempt = 1; ; attempt++) {
    const id = attempt === 1 ? wanted : `${wanted}-${attempt}`;
    const dir = join(parent, id);
    if (makeExclusively(dir)) return { id, dir };
  }
}

function makeExclusively(dir: string): boolean {
  try {
    mkdirSync(dir);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
