import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * As mkdir -p. Node's own `recursive` hides the reason behind ENOENT on a read-only file system, and never returns where
 * a folder exists but refuses new ones with ENOENT (/proc).
 */
export function makeFolders(path: string): void {
  if (make(path) === 'made') return;
  makeFolders(dirname(path));
  // The parent exists now: whatever is still wrong is wrong with this one.
  if (make(path) === 'no parent') mkdirSync(path);
}

/** A folder that exists is as good as made: somebody else was faster, or the file system is read-only. */
function make(path: string): 'made' | 'no parent' {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path) return 'no parent';
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
  return 'made';
}
