import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { git } from './git.ts';
import { type SampleContext, sampleContext, sampleRepository, writeFiles } from './sample-tree.ts';

let context: SampleContext;
let folder: string;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = await sampleRepository(join(context.root, 'tree'));
  return () => rm(context.root, { recursive: true });
});

describe('git', () => {
  it('fails with the last words of git that mean something', async () => {
    await expect(git(context, ['rev-parse', '--verify', 'nowhere'], { cwd: folder })).rejects.toThrow(
      '`git rev-parse` failed: Needed a single revision.',
    );
    const ssh = { GIT_SSH_COMMAND: 'sh -c "echo ssh: connect to host: refused >&2; exit 255"' };
    const failed = git({ ...context, env: { ...context.env, ...ssh } }, ['ls-remote', 'host:x'], { cwd: folder });
    await expect(failed).rejects.toMatchObject({ reason: 'ssh: connect to host: refused' });
  });

  it('asks nobody for a password', async () => {
    const env = { ...context.env, GIT_SSH_COMMAND: 'sh -c "cat </dev/tty"' };
    await expect(git({ ...context, env }, ['ls-remote', 'host:x'], { cwd: folder })).rejects.toThrow(/git ls-remote/);
  });

  it('gives up on a host that says nothing, with all it started', async () => {
    const env = { ...context.env, GIT_SSH_COMMAND: 'sh -c "sleep 600"' };
    const options = { cwd: folder, silenceMs: 200 };
    await expect(git({ ...context, env }, ['ls-remote', 'host:x'], options)).rejects.toThrow(/no answer for 0 s/);
  });

  it('runs no hooks and no monitor of the repository', async () => {
    await mkdir(join(folder, '.git', 'hooks'), { recursive: true });
    const trap = `#!/bin/sh\ntouch "${context.root}/trapped"\n`;
    await writeFiles(join(folder, '.git'), { 'hooks/post-index-change': trap, monitor: trap });
    for (const name of ['hooks/post-index-change', 'monitor']) await chmod(join(folder, '.git', name), 0o755);
    const cwd = folder;
    await git(context, ['config', 'core.fsmonitor', join(folder, '.git', 'monitor')], { cwd });
    await git(context, ['status', '--porcelain'], { cwd });
    await expect(git(context, ['ls-files'], { cwd })).resolves.toContain('README');
    await expect(rm(join(context.root, 'trapped'))).rejects.toThrow(/ENOENT/);
  });
});
