import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { liburing } from '../suites/liburing.ts';
import { parseConfigFile } from './load-file.ts';

function parse(text: string) {
  return parseConfigFile(text, '/home/u/project/flakehunt.config.yaml', '/home/u/project');
}

/** The problems of the message without the file's name and the headline of several. */
function problemsOf(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const lines = (error as Error).message.split('\n').map((line) => line.replace('flakehunt.config.yaml:', ''));
    return lines.length === 1 ? lines : lines.slice(1);
  }
  return [];
}

describe('run', () => {
  it('takes every default', () => {
    const { run } = parse(`
run:
  suite: liburing
  tree: https://example.org/liburing.git
  rev: 1e10
  jobs: auto
  pin: 0,2-3
  noise: light
  chaos: spawn
  quota: 20%
  loops: 1e4
  time: 10m
  failures: 3
  until-rate: 0.1%
  limit: 30s
  masked: fail
`);
    expect(run).toEqual({
      suite: 'liburing',
      tree: 'https://example.org/liburing.git',
      rev: '1e10',
      jobs: 'auto',
      pin: '0,2-3',
      noise: 'light',
      chaos: 'spawn',
      quota: '20%',
      loops: 10_000,
      timeMs: 600_000,
      failures: 3,
      untilRate: 0.001,
      limitMs: 30_000,
      masked: 'fail',
    });
  });

  it.each([
    ['lab', 'lab'],
    ['../liburing', '/home/u/liburing'],
    ['liburing', '/home/u/project/liburing'],
    ['/srv/liburing', '/srv/liburing'],
    ['git@host:liburing.git', 'git@host:liburing.git'],
  ])('means the tree %s from the folder of the file', (tree, meant) => {
    expect(parse(`run: {tree: "${tree}"}`).run.tree).toBe(meant);
  });

  it.each([
    ['run: {time: 10}', '1:7: run.time: 10 has no unit; write 10s for seconds, 10m for minutes or 10h for hours'],
    ['run: {loops: 0}', '1:7: run.loops: 0 is too small; it must be a whole number from 1 to 1000000000000'],
    ['run: {masked: yes}', '1:7: run.masked: yes is not one of report, fail, ignore'],
    ['run: {loops: [1]}', '1:7: run.loops: must be a text, not a list'],
    ['run: {pin: three}', '1:7: run.pin: three cannot be used: "three" is not a way to pin. The ways are'],
    ['run: {chaos: pctt}', '1:7: run.chaos: pctt cannot be used: "pctt" is not an arm of chaos; did you mean "pct"?'],
    ['run: {noise: reboot}', '1:7: run.noise: reboot cannot be used: "reboot" is not a class of noise'],
    ['run: {quota: 5%}', '1:7: run.quota: 5% cannot be used: 5% of 10 ms is less than 1 ms'],
    ['run: {strategy: pct2}', '1:7: run.strategy: "pct2" is not a strategy; did you mean "pct-2"?'],
    ['run: {pin: pair, chaos: "pct:2"}', '1:1: run: The chaos pct keeps all threads of a run on one CPU'],
    [
      'run: {strategy: auto, chaos: note}',
      '1:7: run.strategy: strategy cannot be combined with chaos: pin, noise, chaos',
    ],
    ['run: {lops: 1}', '1:7: run.lops: unknown key; did you mean "loops"?'],
    ['run: {banana: 1}', '1:7: run.banana: unknown key'],
    ['run: [loops]', '1:1: run: must be a map, not a list'],
    ['run: {suite: liburin}', '1:7: run.suite: "liburin" is not a suite; did you mean "liburing"?'],
    ['rnu: {}', '1:1: rnu: unknown key; did you mean "run"?'],
    ['__proto__: {a: b}', '1:1: __proto__: unknown key'],
  ])('says what is wrong with %s', (text, problem) => {
    const [first, ...others] = problemsOf(text);
    expect(first?.startsWith(problem)).toBe(true);
    expect(others).toEqual([]);
  });
});

describe('conditions', () => {
  it('are named, with or without a line about them, and may be the strategy', () => {
    const { run, conditions } = parse(`
run: {strategy: crowd}
conditions:
  crowd: {text: "chaos:pct:2,noise:cpu:4", about: what broke the build machine}
  two: pin:0-1
`);
    expect(run.strategy).toBe('crowd');
    expect(conditions.map(({ name, condition, about }) => [name, conditionText(condition), about])).toEqual([
      ['crowd', 'noise:cpu:4@free,chaos:pct:2', 'what broke the build machine'],
      ['two', 'pin:0-1', 'of the configuration file'],
    ]);
  });

  it.each([
    ['conditions: {pct-2: "pin:one"}', '1:14: conditions.pct-2: "pct-2" is built in; give yours another name'],
    ['conditions: {auto: "pin:one"}', '1:14: conditions.auto: "auto" is built in; give yours another name'],
    ['conditions: {"a:b": "pin:one"}', '1:14: conditions.a:b: is no name of a condition; use letters'],
    ['conditions: {a: "chaos:pctt"}', '1:14: conditions.a: "pctt" is not an arm of chaos; did you mean "pct"?'],
    [
      'conditions: {a: {text: "noise:cpu:0"}}',
      '1:18: conditions.a.text: The number of cpu processes is a whole number',
    ],
    ['conditions: {a: {about: x}}', '1:14: conditions.a.text: is missing'],
    ['conditions: {a: {text: plain, abuot: x}}', '1:31: conditions.a.abuot: unknown key; did you mean "about"?'],
    ['conditions: {a: {text: plain, about: "x\\ny"}}', '1:31: conditions.a.about: must be one line'],
    ['conditions: {a: [plain]}', '1:14: conditions.a: must be a text, not a list'],
    ['conditions: [plain]', '1:1: conditions: must be a map, not a list'],
    ['condition: {}', '1:1: condition: unknown key; did you mean "conditions"?'],
  ])('say what is wrong with %s', (text, problem) => {
    const [first, ...others] = problemsOf(text);
    expect(first?.startsWith(problem) ? problem : first).toBe(problem);
    expect(others).toEqual([]);
  });
});

describe('suites', () => {
  const whole = `
suites:
  mine:
    build:
      steps:
        - [./configure, --quiet]
        - run: [make, '-j{jobs}']
          cwd: src
          env: {CFLAGS: -O2, N: 1}
      test-steps:
        - [make, 'tests/{test}']
      artifact: tests/{test}
      irrelevant: [docs/]
    tests:
      glob: tests/*.c
    command: ['{artifact}', --verbose]
    cwd: tree
    env: {LC_ALL: C}
    limit: 90s
    requires: io_uring
    pass-codes: [0, 3]
    skip-codes: [4]
    failure-patterns:
      - ^FAILED
      - pattern: lost \\d+ events
        why: events went missing
    ignore-patterns: [retrying]
    invalid-patterns: []
    test-prefixes: [tests/, ./tests/]
    test-suffixes: [.c]
`;

  it('takes a whole one', () => {
    expect(parse(whole).suites).toEqual([
      {
        name: 'mine',
        build: {
          version: 1,
          irrelevant: ['docs/'],
          base: [
            { argv: ['./configure', '--quiet'], cwd: '.', env: {} },
            { argv: ['make', '-j{jobs}'], cwd: 'src', env: { CFLAGS: '-O2', N: '1' } },
          ],
          test: [{ argv: ['make', 'tests/{test}'], cwd: '.', env: {} }],
          artifact: 'tests/{test}',
        },
        discovery: { kind: 'glob', pattern: 'tests/*.c' },
        command: ['{artifact}', '--verbose'],
        cwd: 'tree',
        env: { LC_ALL: 'C' },
        limitMs: 90_000,
        requires: 'io_uring',
        judge: {
          passCodes: [0, 3],
          skipCodes: [4],
          failurePatterns: [{ pattern: '^FAILED' }, { pattern: 'lost \\d+ events', why: 'events went missing' }],
          ignorePatterns: [{ pattern: 'retrying' }],
          invalidPatterns: [],
        },
        nameForms: { prefixes: ['./tests/', 'tests/'], suffixes: ['.c'] },
      },
    ]);
  });

  it('is content with a command', () => {
    const [suite] = parse('suites: {mine: {command: [./run, "{test}"]}}').suites;
    expect(suite).toMatchObject({ build: null, discovery: { kind: 'none' }, cwd: 'scratch', limitMs: 60_000 });
    expect(suite?.judge.skipCodes).toEqual([77]);
  });

  it('runs what it builds unless told otherwise', () => {
    const [suite] = parse('suites: {mine: {build: {artifact: "t/{test}"}}}').suites;
    expect(suite?.command).toEqual(['{artifact}']);
  });

  it('can change parts of a built-in one', () => {
    const [suite] = parse('suites: {slow: {extends: liburing, limit: 5m, env: {A: b}}}').suites;
    expect(suite).toEqual({
      ...liburing,
      name: 'slow',
      limitMs: 300_000,
      env: { A: 'b' },
      nameForms: suite?.nameForms,
    });
    expect(suite?.nameForms.suffixes).toEqual(expect.arrayContaining(liburing.nameForms.suffixes));
  });

  it('means a working folder from the folder of the file', () => {
    expect(parse('suites: {mine: {command: [x], cwd: data}}').suites[0]?.cwd).toEqual({ path: '/home/u/project/data' });
  });

  it('may share parts by anchors', () => {
    const text = 'suites:\n  a: &a {command: [x], limit: 3s}\n  b: *a\n';
    expect(parse(text).suites.map(({ name, limitMs }) => [name, limitMs])).toEqual([
      ['a', 3000],
      ['b', 3000],
    ]);
  });

  it('may be the default', () => {
    expect(parse('run: {suite: mine}\nsuites: {mine: {command: [x]}}').run.suite).toBe('mine');
  });

  it.each([
    ['limt: 3s', 'suites.mine.limt: unknown key; did you mean "limit"?'],
    ['limit: 3', 'suites.mine.limit: 3 has no unit; write 3s for seconds, 3m for minutes or 3h for hours'],
    ['requires: kvm', 'suites.mine.requires: kvm is not known; what is, is io_uring'],
    ['command: ./run', 'suites.mine.command: must be a list, not a text'],
    ['command: []', 'suites.mine.command: must not be empty'],
    ['command: [a, ""]', 'suites.mine.command[1]: must not be an empty text'],
    ['command: [a, ]\n    cwd: [x]', 'suites.mine.cwd: must be a text, not a list'],
    ['skip-codes: [77, 256]', 'suites.mine.skip-codes[1]: 256 is not an exit code, 0 to 255'],
    ['skip-codes: 77', 'suites.mine.skip-codes: must be a list, not a text'],
    ['failure-patterns: ["(oops"]', 'suites.mine.failure-patterns[0]: is not a regular expression: Unterminated group'],
    [
      'failure-patterns: [{pattern: "[b-a]", why: x}]',
      'suites.mine.failure-patterns[0].pattern: is not a regular expression: Range out of order in character class',
    ],
    ['failure-patterns: [{patern: a}]', 'suites.mine.failure-patterns[0].patern: unknown key; did you mean "pattern"?'],
    ['env: {A: [1]}', 'suites.mine.env.A: must be a text, not a list'],
    ['env: {A: }', 'suites.mine.env.A: must be a text, not nothing'],
    ['env: {"A=B": c}', 'suites.mine.env.A=B: is no name of a variable'],
    ['tests: {}', 'suites.mine.tests: must have exactly one of make-variable, glob, names'],
    ['tests: {glob: a, names: [b]}', 'suites.mine.tests: must have exactly one of make-variable, glob, names'],
    ['tests: {make-variable: {file: Makefile}}', 'suites.mine.tests.make-variable.variable: is missing'],
    [
      'build: {steps: [[make]]}',
      'suites.mine.build.artifact: is missing; it is the path of the built test, like test/{test}.t',
    ],
    ['build: {artifact: /abs}', 'suites.mine.build.artifact: must lie below the top of the tree'],
    ['build: {artifact: a/../../b}', 'suites.mine.build.artifact: must lie below the top of the tree'],
    ['build: {artifact: a, steps: [make]}', 'suites.mine.build.steps[0]: must be a list, not a text'],
    [
      'build: {artifact: a, steps: [{rum: [make]}]}',
      'suites.mine.build.steps[0].rum: unknown key; did you mean "run"?',
    ],
    [
      'build: {artifact: a, steps: [[make, "{test}"]]}',
      'suites.mine.build.steps[0][1]: {test} means nothing here; what does is {jobs}',
    ],
    ['command: ["{artefact}"]', 'suites.mine.command[0]: {artefact} means nothing; did you mean "artifact"?'],
    ['command: ["{artifact}"]', 'suites.mine.command: uses {artifact}, which needs a build'],
    ['limit: 3s', 'suites.mine.command: is missing; it is the command that runs a test, as a list'],
    ['extends: libring', 'suites.mine.extends: "libring" is not a built-in suite; did you mean "liburing"?'],
    ['extends: x', 'suites.mine.extends: "x" is not a built-in suite; they are liburing, lab, command'],
  ])('with `%s` says what is wrong', (text, problem) => {
    const problems = problemsOf(`suites:\n  mine:\n    ${text}\n`).map((line) => line.replace(/^\d+:\d+: /, ''));
    expect(problems).toContain(problem);
  });

  it('leaves other braces alone', () => {
    expect(problemsOf('suites: {mine: {command: [awk, "{print $1}", "{}", "{x}"]}}')).toEqual([]);
  });

  it('may not take the name of a built-in one, nor an odd one', () => {
    expect(problemsOf('suites: {liburing: {command: [x]}}')).toEqual([
      '1:10: suites.liburing: "liburing" is built in; give yours another name, with `extends: liburing` to change parts of it',
    ]);
    expect(problemsOf('suites: {"a b": {command: [x]}}')[0]).toContain('is no name of a suite');
  });

  it('shows every problem in the order of the file, with line and column', () => {
    const text = 'run:\n  time: 10\nsuites:\n  mine:\n    limt: 60s\n    command: run\n  other: []\nrnu: 1\n';
    expect(problemsOf(text)).toEqual([
      '2:3: run.time: 10 has no unit; write 10s for seconds, 10m for minutes or 10h for hours',
      '5:5: suites.mine.limt: unknown key; did you mean "limit"?',
      '6:5: suites.mine.command: must be a list, not a text',
      '7:3: suites.other: must be a map, not a list',
      '8:1: rnu: unknown key; did you mean "run"?',
    ]);
  });

  it('begins several problems with their number, so that each stands on a line of its own', () => {
    expect(() => parse('rnu: 1\nsuite: 2\n')).toThrow(
      /^2 problems in the configuration:\nflakehunt\.config\.yaml:1:1: rnu: .*\nflakehunt\.config\.yaml:2:1: suite: /,
    );
  });

  it('does not fill the screen', () => {
    const text = `suites:\n${Array.from({ length: 50 }, (_, i) => `  s${i}: []\n`).join('')}`;
    const problems = problemsOf(text);
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 30 more');
  });

  it('points into JSON as well', () => {
    expect(problemsOf('{\n\t"suites": {\n\t\t"mine": {"command": "x"}\n\t}\n}\n')).toEqual([
      '3:12: suites.mine.command: must be a list, not a text',
    ]);
  });
});

describe('whatever stands in the file', () => {
  const keys = [
    'run',
    'conditions',
    'strategy',
    'chaos',
    'suites',
    'mine',
    'build',
    'steps',
    'tests',
    'glob',
    'command',
    'limit',
    'env',
    'failure-patterns',
  ];
  const shaped = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('', '60s', '(', '{test}', '{tset}', 'pin:one', 'null', '-1', '__proto__'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  it.each([
    ['any text', fc.string({ unit: 'grapheme' })],
    ['any JSON', fc.json()],
    ['nearly a configuration', shaped.map((value) => JSON.stringify(value))],
  ])('is settings or a UsageError with a place and a clear word: %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect((error as Error).message).toMatch(/flakehunt\.config\.yaml:\d+:\d+: ./);
          expect((error as Error).message).not.toMatch(/Invalid input|undefined|\[object/);
        }
      }),
      { numRuns: 300, seed: 20240424 },
    );
  });
});

describe('quarantine', () => {
  it('is a list of failures, each with an owner and an end', () => {
    const { quarantine } = parse(`
quarantine:
  - {test: 'poll*', signature: wait cqe -62, reason: slow disks, owner: ann, expires: 2027-01-31}
  - {test: nop, reason: '#12', owner: bob, expires: '2028-02-29'}
`);
    expect(quarantine).toEqual([
      { test: 'poll*', signature: 'wait cqe -62', reason: 'slow disks', owner: 'ann', expires: '2027-01-31' },
      { test: 'nop', signature: null, reason: '#12', owner: 'bob', expires: '2028-02-29' },
    ]);
  });

  it.each([
    ['{test: a, reason: r, owner: o}', '2:5: quarantine[0].expires: is missing'],
    [
      '{test: a, reason: r, owner: o, expires: soon}',
      '2:36: quarantine[0].expires: soon is not a day; write it like 2027-01-31',
    ],
    [
      '{test: a, reason: r, owner: o, expires: 2027-02-29}',
      '2:36: quarantine[0].expires: 2027-02-29 is not a day; write it like 2027-01-31',
    ],
    ['{test: a, reson: r, owner: o, expires: 2027-01-01}', '2:5: quarantine[0].reason: is missing'],
  ])('%s is answered with what is wrong', (entry, problem) => {
    expect(problemsOf(`quarantine:\n  - ${entry}\n`)[0]).toBe(problem);
  });
});

it('reads which tests of a suite run alone', () => {
  const { suites } = parse("suites:\n  mine: {extends: liburing, serial: [fsync, 'sq-*']}\n");
  expect(suites[0]?.serial).toEqual(['fsync', 'sq-*']);
});
