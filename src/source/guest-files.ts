import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Suite } from '../model/suite.ts';
import { wholePathPattern } from './path-pattern.ts';

/**
 * What a suite's guests need beside the test, made whole: each path below `folder` or absolute, each glob what it matches.
 * @throws UsageError for one that names nothing
 */
export async function guestFiles({ name, guestFiles: wanted = [] }: Suite, folder: string): Promise<string[]> {
  const found = await Promise.all(
    wanted.map(async (pattern) => {
      const files = await matches(resolve(folder, pattern));
      if (files.length > 0) return files;
      throw new UsageError(
        `The suite ${name} has ${pattern} among its guest-files, and there is no such file in ${folder}. Mend it in the configuration.`,
      );
    }),
  );
  return [...new Set(found.flat())].sort();
}

async function matches(path: string): Promise<string[]> {
  const words = path.split('/');
  const first = words.findIndex((word) => /[*?[]/.test(word));
  if (first === -1) return (await exists(path)) ? [path] : [];
  const top = words.slice(0, first).join('/') || '/';
  const isMatch = wholePathPattern(words.slice(first).join('/'));
  const entries = await readdir(top, { recursive: true }).catch(() => []);
  return entries.filter(isMatch).map((entry) => join(top, entry));
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
