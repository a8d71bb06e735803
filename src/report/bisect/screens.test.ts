import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../display-text.ts';
import type { Appearance } from '../style.ts';
import { renderBisectHeader } from './bisect-header.ts';
import { renderBisect } from './bisect-result.ts';
import { renderConfirmHeader } from './confirm-header.ts';
import { renderConfirm } from './confirm-result.ts';
import { renderBisectPlan } from './plan-text.ts';
import {
  bisects,
  confirms,
  sampleBisect,
  sampleBisectHeader,
  samplePlan,
  sampleRows,
  sampleScope,
} from './sample-bisect.ts';

const kept = { dir: '/state/flakehunt/bisects/b7x2' };
const plain80: Appearance = { columns: 80, color: false, unicode: true };

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for.
const escapeSequence = /\u001b\[([0-9;]*)m/g;

type Render = (screen: Appearance) => string;

const screens: Record<string, Render> = Object.fromEntries([
  ...Object.entries(bisects).map(([name, summary]): [string, Render] => [
    `bisect: ${name}`,
    (screen) => `${renderBisectHeader(summary.header, sampleScope, screen)}\n${renderBisect(summary, kept, screen)}`,
  ]),
  ...Object.entries(confirms).map(([name, summary]): [string, Render] => [
    `confirm: ${name}`,
    (screen) => `${renderConfirmHeader(summary, screen)}\n${renderConfirm(summary, kept, screen)}`,
  ]),
  ['plan', (screen) => renderBisectPlan(samplePlan, screen)],
  ['plan without a condition', (screen) => renderBisectPlan({ ...samplePlan, frozen: null, testMissing: 0 }, screen)],
]);

describe.each(Object.entries(screens))('%s', (_name, render) => {
  it('at 80 columns', () => {
    expect(render(plain80)).toMatchSnapshot();
  });

  it('in ASCII', () => {
    expect(render({ ...plain80, unicode: false })).toMatch(/^[\n -~]*$/);
  });

  it('in colour says the same words', () => {
    const text = render({ ...plain80, color: true });
    expect(stripVTControlCharacters(text)).toBe(render(plain80));
    expect(text).not.toBe(stripVTControlCharacters(text));
  });

  it.each([60, 80, 120, 160])('fits %d columns, but for words that are one piece', (columns) => {
    const wide = render({ ...plain80, columns })
      .split('\n')
      .filter((line) => displayWidth(line) > columns);
    expect(
      wide.filter((line) => !/flakehunt (?:run|confirm|bisect)|\/state\/flakehunt|\/cache\/|漢/.test(line)),
    ).toEqual([]);
  });
});

const twoSteps = screens['bisect: two steps'] ?? expect.fail();

it.each([60, 120])('has a form for %d columns', (columns) => {
  expect(twoSteps({ ...plain80, columns })).toMatchSnapshot();
});

it('draws the range in ASCII as well', () => {
  expect(twoSteps({ ...plain80, unicode: false })).toMatchSnapshot();
});

it('uses the colours of the other screens and no other', () => {
  const used = Object.values(screens).flatMap((render) =>
    [...render({ ...plain80, color: true }).matchAll(escapeSequence)].map((match) => match[1]),
  );
  expect([...new Set(used)].sort()).toEqual(['1', '22', '31', '32', '35', '36', '39']);
});

it('never calls a posterior all, nor a change a fix that was not reproduced', () => {
  const all = Object.entries(screens).map(([name, render]) => [name, render(plain80)] as const);
  expect(all.filter(([, text]) => /(?<![\d.])100(?:\.0+)? %/.test(text)).map(([name]) => name)).toEqual([]);
  expect(screens['confirm: not reproduced']?.(plain80)).not.toMatch(/fixed|gone:/);
});

describe('a long range', () => {
  const seen = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [100 * i, i < 23 ? [5, 100] : [0, 100]]));
  const summary = sampleBisect({
    header: sampleBisectHeader({ firstParent: true }),
    rows: sampleRows(4000, seen as Record<number, [number, number]>, { 2250: 0.6, 2251: 0.3 }),
    findings: [],
    outcome: 'undecided',
  });
  const text = renderBisect(summary, kept, plain80);

  it('shows the rows around what is likely, and both ends', () => {
    expect(text).toContain('and 20 more, farther away (--json has all)');
    expect(text).toMatch(/^9e3779b19e37 /m);
  });

  it('has a picture no wider than the screen', () => {
    expect(text).toMatch(/\d+ commits a column$/m);
    expect(text.split('\n').filter((line) => /^(?:posterior|seen) /.test(line) && displayWidth(line) > 80)).toEqual([]);
  });
});
