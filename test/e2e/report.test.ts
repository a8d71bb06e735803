import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bench } from './flakehunt.ts';

const outcomes = [
  { ending: { kind: 'exit', code: 0 }, us: 1000 },
  { ending: { kind: 'exit', code: 1 }, output: 'wait cqe -17\n]]>\u001b[31m<b>test_disabled_ring failed\n', us: 1000 },
];

function place() {
  const made = bench();
  const script = join(made.dir, 'script.json');
  writeFileSync(script, JSON.stringify({ outcomes, sequence: [0, 0, 0, 1] }));
  return {
    ...made,
    engine: `--engine=fake:${script}`,
    read: (name: string) => readFileSync(join(made.dir, name), 'utf8'),
  };
}

test('a hunt writes its page and its JUnit report, and both can be had again later', async () => {
  const { run, engine, read } = place();
  const hunt = ['run', engine, '--loops', '100', '--report', 'hunt.html', '--junit', 'hunt.xml', '--', '/bin/true'];
  expect((await run(hunt)).code).toBe(1);
  expect(read('hunt.xml')).toContain('<flakyFailure message="wait cqe -17 (EEXIST)');
  const { code, out } = await run(['report', '--html', 'again.html', '--junit', '-', '--junit-flavour', 'plain']);
  expect(code).toBe(0);
  expect(out).toMatch(/<failure type="exit" message="flaky, no past: 25 of 100 runs failed: 25 % \[/);
  expect(read('again.html')).toContain('25 of 100');
  expect(read('again.html')).toBe(read('hunt.html'));
});

test('where a report cannot be written, no run is made', async () => {
  const { run, engine, dir } = place();
  const { code, err } = await run(['run', engine, '--loops', '100', '--report', 'none/hunt.html', '--', '/bin/true']);
  expect(code).toBe(2);
  expect(err).toMatch(
    /^flakehunt: --report none\/hunt\.html cannot be written: there is no folder .*none\. Make it first\.$/,
  );
  expect(existsSync(join(dir, 'state'))).toBe(false);
});
