import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { labFolder } from './truth.ts';

export interface LaidTree {
  path: string;
  /** What lay-history.sh printed. */
  printed: string;
  git(...args: string[]): Promise<string>;
  /** Commit whose subject is exactly this, on any branch. */
  commit(subject: string): Promise<string>;
  /** Checks the commit out clean, configures it and builds libring.a and these tests. */
  build(revision: string, tests: string[]): Promise<{ ok: boolean; log: string }>;
  remove(): void;
}

/** Lays the lab's history down in a folder of this name in a new temporary one; `env` is what the script sees besides. */
export async function layTree(name = 'tree', env: Record<string, string> = {}): Promise<LaidTree> {
  const top = mkdtempSync(join(tmpdir(), 'uring-lab-'));
  const path = join(top, name);
  const { stdout } = await execa('sh', [join(labFolder, 'lay-history.sh'), path], { env });
  const git = async (...args: string[]) => (await execa('git', ['-C', path, ...args])).stdout;

  return {
    path,
    printed: stdout,
    git,
    async commit(subject) {
      const lines = (await git('log', '--branches', '--format=%H %s')).split('\n');
      const ids = lines.filter((line) => line.slice(41) === subject).map((line) => line.slice(0, 40));
      if (ids.length !== 1 || ids[0] === undefined) throw new Error(`${ids.length} commits are called "${subject}"`);
      return ids[0];
    },
    async build(revision, tests) {
      await git('checkout', '-q', '--detach', revision);
      await git('clean', '-qfdx');
      const steps = [
        ['./configure'],
        ['make', '-C', 'src'],
        ...tests.map((test) => ['make', '-C', 'test', `${test}.t`]),
      ];
      let log = '';
      for (const [file = '', ...args] of steps) {
        const { all, failed } = await execa(file, args, { cwd: path, all: true, reject: false, env: { LC_ALL: 'C' } });
        log += `${all}\n`;
        if (failed) return { ok: false, log };
      }
      return { ok: true, log };
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}
