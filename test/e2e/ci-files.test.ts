import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { buildProgram } from '../../src/cli.ts';

const root = join(import.meta.dirname, '../..');
const github = ['action.yml', 'ci/github-liburing.yml', 'ci/github-any.yml'];
const program = buildProgram({
  version: '',
  afterDashes: null,
  run: () => Promise.resolve(),
  lendTerminal: () => Promise.resolve(),
});

describe.each(github)('%s', (file) => {
  it('is valid by the schema of what it is', async () => {
    const validator = join(root, 'node_modules/@action-validator/cli/cli.mjs');
    const done = await execa('node', [validator, file], { cwd: root, reject: false });
    expect([done.exitCode, done.stdout]).toEqual([0, '']);
  });

  it('puts nothing that others may write into a script, but hands it over in the environment', () => {
    expect(scripts(file).filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('takes actions of others from one owner, at a version', () => {
    const used = [...text(file).matchAll(/uses: (\S+)/g)].map(([, name]) => name);
    expect(used.filter((name) => !/^(?:actions\/[\w/-]+@v\d+|\.\/flakehunt)$/.test(name ?? ''))).toEqual([]);
  });
});

it('a workflow gives the action only inputs that it has', () => {
  const known = new Set(Object.keys((parse(text('action.yml')) as { inputs: object }).inputs));
  for (const file of github.slice(1)) {
    const { jobs } = parse(text(file)) as { jobs: { nightly: { steps: { uses: string; with?: object }[] } } };
    const ours = jobs.nightly.steps.filter(({ uses }) => uses === './flakehunt');
    expect(ours.flatMap((step) => Object.keys(step.with ?? {})).filter((name) => !known.has(name))).toEqual([]);
    expect(ours).toHaveLength(1);
  }
});

describe.each(['action.yml', 'ci/gitlab.yml'])('the scripts of %s', (file) => {
  it.each([
    ['bash', ['-n']],
    ['shellcheck', ['--shell=bash', '--severity=warning', '--exclude=SC2154']],
  ])('are accepted by %s', async (program, args) => {
    const folder = mkdtempSync(join(tmpdir(), 'flakehunt-ci-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const [index, script] of scripts(file).entries()) {
      const path = join(folder, `${index}.sh`);
      writeFileSync(path, script);
      const done = await execa(program, [...args, path], { reject: false });
      if (done.code === 'ENOENT') continue;
      expect(`${done.stdout}${done.stderr}`).toBe('');
    }
  });

  it('call flakehunt as it is to be called', () => {
    const calls = scripts(file)
      .join('\n')
      .replaceAll('\\\n', ' ')
      .matchAll(/\bflakehunt (nightly|history|[a-z]+) ?([^\n]*)/g);
    for (const [, name, rest] of calls) {
      const command = program.commands.find((one) => one.name() === name);
      if (command === undefined) continue;
      const flags = rest?.match(/(?<= |^)--[a-z-]+/g) ?? [];
      expect(flags.filter((flag) => !command.options.some(({ long }) => long === flag))).toEqual([]);
    }
  });
});

describe("the action's night", () => {
  /** Runs the script as GitHub does, with a flakehunt that only writes down how it was called. */
  async function night(code: number, inputs: Record<string, string>, history = false, importCode = 0) {
    const folder = mkdtempSync(join(tmpdir(), 'flakehunt-ci-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'bin'));
    const stub = `require('node:fs').appendFileSync(process.env.CALLS, JSON.stringify(process.argv.slice(2)) + '\\n');
process.exit(process.argv[2] === 'nightly' ? ${code} : process.argv[3] === 'import' ? ${importCode} : 0);`;
    writeFileSync(join(folder, 'bin/flakehunt.js'), stub);
    if (history) writeFileSync(join(folder, 'history.bundle'), '');
    const files = { CALLS: 'calls', GITHUB_OUTPUT: 'output' };
    const script = scripts('action.yml').find((one) => one.includes('nightly')) ?? '';
    const done = await execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: folder,
      reject: false,
      env: {
        ...{
          TREE: '.',
          SUITE: '',
          TESTS: '',
          TIME: '1h',
          CHANGED: 'false',
          SHARD: '',
          FAIL_ON: 'new',
          BISECT: 'false',
        },
        ...inputs,
        ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(folder, file)])),
        ACTION: folder,
        FOLDER: folder,
      },
    });
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    const calls = read('calls').trim().split('\n');
    return {
      code: done.exitCode,
      told: done.stdout,
      output: read('output'),
      calls: calls.map((call) => JSON.parse(call) as string[]),
    };
  }

  it('hands on every exit code, and keeps the history all the same', async () => {
    for (const code of [0, 1, 3, 77]) {
      const done = await night(code, {}, true);
      expect([done.code, done.output]).toEqual([code, `exit-code=${code}\n`]);
      expect(done.calls.map((call) => call.slice(0, 2).join(' '))).toEqual([
        'history import',
        'nightly --tree',
        'history export',
      ]);
    }
  });

  it('goes on without a past where the one that was kept is damaged', async () => {
    const done = await night(0, {}, true, 2);
    expect(done.told).toMatch(/^::warning::The history could not be read/m);
    expect(done.calls).toHaveLength(3);
  });

  it('hands on what was asked for, word by word', async () => {
    const inputs = { TESTS: ' poll* $(touch\nx) ', SHARD: '2/4', CHANGED: 'true', SUITE: 'my suite', BISECT: 'true' };
    const [call] = (await night(0, inputs)).calls;
    expect(call).toEqual(expect.arrayContaining(['--suite', 'my suite', '--shard', '2/4', '--changed', '--bisect']));
    expect(call?.slice(-3)).toEqual(['poll*', '$(touch', 'x)']);
  });
});

function text(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Everything in a file that a shell reads. */
function scripts(file: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown, key: string) => {
    if (typeof value === 'string' && key === 'run') found.push(value);
    else if (Array.isArray(value) && /^(?:before_)?script$/.test(key)) found.push(value.join('\n'));
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) visit(inner, name);
  };
  visit(parse(text(file)), '');
  return found;
}
