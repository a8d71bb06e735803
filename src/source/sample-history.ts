import { commitFiles, type Files, sampleGit } from './sample-tree.ts';

/** For tests: histories with branches, in a repository that exists already. */

/** Commits, and gives back the full id. */
export async function commit(folder: string, message: string, files: Files = {}): Promise<string> {
  await commitFiles(folder, message, files);
  return await sampleGit(folder, 'rev-parse', 'HEAD');
}

/** Merges a branch into the current one, with a merge commit in any case; gives back its full id. */
export async function merge(folder: string, branch: string, ...options: string[]): Promise<string> {
  await sampleGit(folder, 'merge', '--quiet', '--no-ff', '-m', `merge ${branch}`, ...options, branch);
  return await sampleGit(folder, 'rev-parse', 'HEAD');
}
