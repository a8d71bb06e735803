import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'ctrf';
import { execa } from 'execa';
import { expect, it, type TestContext } from 'vitest';
import { axe, findChromium, launch, open } from '../browser/chromium.ts';
import { bench } from './flakehunt.ts';
import { type NightDocument, verdicts } from './night-tree.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/night/', import.meta.url));

/** The last revision before msg-ring races, and one that has it. */
const [before, after] = ['4b6594f0', 'v0.4'];

it('two nights of the lab name what came in between, in files that the readers of CI take', async (context) => {
  const chromium = findChromium(context);
  await mustHaveXmllint(context);
  const { dir, run, json } = bench();
  const night = ['nightly', 'msg-ring', 'nop', '--tree', 'lab', '--overload', 'count', '--time', '20s'];
  const first = await run([...night, '--rev', before]);
  expect([first.code, first.err]).toEqual([0, expect.any(String)]);
  expect(first.out).toMatch(/baseline +2 /);

  const file = (name: string) => join(dir, name);
  const files = ['--report', file('n.html'), '--junit', file('surefire.xml'), '--ctrf', file('n.json')];
  const second = await run([...night, '--rev', after, ...files]);
  expect(second.code).toBe(1);
  expect(second.out).toMatch(/^ {2}msg-ring {2}new-flake$/m);
  expect(second.out).toContain('wait cqe -17 (EEXIST) > test_disabled_ring failed');
  expect(second.out).toMatch(/came after 4b6594f07c9d, by c0fbb0035d49 at the latest/);
  const told = (await json(['history', 'last', '--json'])) as NightDocument;
  expect(verdicts(told)).toEqual({ 'msg-ring': 'new-flake', nop: 'unchanged' });
  expect(told.failing).toEqual(['msg-ring: new-flake']);

  await run(['report', told.id, '--junit', file('plain.xml'), '--junit-flavour', 'plain']);
  for (const flavour of ['surefire', 'plain']) {
    const schema = join(fixtures, `junit-${flavour}.xsd`);
    await execa('xmllint', ['--noout', '--schema', schema, file(`${flavour}.xml`)]);
  }
  expect(readFileSync(file('surefire.xml'), 'utf8')).toContain('<flakyFailure message="wait cqe -17 (EEXIST)');
  expect(validate(JSON.parse(readFileSync(file('n.json'), 'utf8'))).errors ?? []).toEqual([]);

  const browser = await launch(chromium);
  try {
    const { page, complaints, requests } = await open(browser, readFileSync(file('n.html'), 'utf8'), { width: 390 });
    expect(await page.title()).toContain('1 new flake');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect([await axe(page), complaints, requests]).toEqual([[], [], []]);
  } finally {
    await browser.close();
  }
});

async function mustHaveXmllint({ skip }: TestContext): Promise<void> {
  const { failed } = await execa('xmllint', ['--version'], { reject: false });
  if (failed && process.env.FLAKEHUNT_TESTS !== 'all') skip('there is no xmllint here');
}
