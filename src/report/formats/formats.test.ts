import { fileURLToPath } from 'node:url';
import { isValid, validate } from 'ctrf';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hostileNight } from '../night/sample-hostile.ts';
import { refusedNight, sampleNight } from '../night/sample-night.ts';
import { nightCtrf } from './ctrf.ts';
import { githubAnnotations, githubSummary, withoutCommands } from './github.ts';
import { nightJunit } from './junit.ts';
import { nightKtap } from './ktap.ts';
import { nightMarkdown } from './markdown.ts';
import { nightNdjson } from './ndjson.ts';

const golden = (name: string) => fileURLToPath(new URL(`../../../fixtures/night/${name}`, import.meta.url));
const night = sampleNight({ tests: 17, nights: 12 });

describe('a night is written as it was', () => {
  it.each([
    ['junit-surefire.xml', nightJunit(night, 'surefire')],
    ['junit-plain.xml', nightJunit(night, 'plain')],
    ['ctrf.json', nightCtrf(night)],
    ['ktap.txt', nightKtap(night)],
    ['night.ndjson', nightNdjson(night)],
    ['markdown.md', nightMarkdown(night)],
    ['github-annotations.txt', githubAnnotations(night)],
    ['refused-junit.xml', nightJunit(refusedNight(), 'surefire')],
    ['refused-ktap.txt', nightKtap(refusedNight())],
    ['refused-github.txt', githubAnnotations(refusedNight())],
  ])('%s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(golden(name));
  });
});

describe('JUnit', () => {
  it('shows a flaky test as passed to those who know flakyFailure, and as failed to all others', () => {
    const line = /<testcase[^>]*name="poll-race-mshot"[\s\S]*?<\/testcase>/;
    expect(line.exec(nightJunit(night, 'surefire'))?.[0]).toMatch(/<flakyFailure message="[^"]+" type="hang">/);
    expect(line.exec(nightJunit(night, 'surefire'))?.[0]).not.toContain('<failure');
    expect(line.exec(nightJunit(night, 'plain'))?.[0]).toContain('<failure type="hang"');
  });

  it('keeps the end of a long output', () => {
    const [first] = night.cells.filter(({ signatures }) => signatures.length > 0);
    const [row] = first?.signatures ?? [];
    if (first === undefined || row === undefined) throw new Error('the sample has failures');
    const long = { ...first, signatures: [{ ...row, excerpt: `${'é\u0000'.repeat(300_000)}the end` }] };
    const text = nightJunit({ ...night, cells: [long] }, 'plain');
    expect(text).toContain('the end');
    expect(Buffer.byteLength(text)).toBeLessThan(2 * 65_536 + 40_000);
  });
});

describe('CTRF', () => {
  it('is what its own validator takes', () => {
    const report = JSON.parse(nightCtrf(night));
    expect(validate(report).errors ?? []).toEqual([]);
    expect(report.results.summary).toMatchObject({
      tests: 17,
      flaky: night.verdicts.filter(({ state }) => state === 'flaky').length,
    });
  });

  it('is so whatever tests print', () => {
    fc.assert(
      fc.property(hostileNight, (report) => isValid(JSON.parse(nightCtrf(report)))),
      { numRuns: 15 },
    );
  });
});

test('NDJSON: each line is a document of its own, whatever tests print', () => {
  fc.assert(
    fc.property(hostileNight, (report) => {
      const documents = nightNdjson(report)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(documents.map(({ v }) => v)).toEqual(documents.map(() => 1));
      expect(documents.map(({ kind }) => kind)).toEqual([
        'night',
        ...report.cells.map(() => 'cell'),
        ...report.verdicts.map(() => 'verdict'),
        'end',
      ]);
      expect(documents[1].signatures).toEqual(JSON.parse(JSON.stringify(report.cells[0]?.signatures)));
    }),
    { numRuns: 40 },
  );
});

test('Markdown: outside of code nothing is markup of a test, a mention or a reference', () => {
  fc.assert(
    fc.property(hostileNight, (report) => {
      const prose = withoutCode(nightMarkdown(report));
      expect(prose).not.toMatch(/(?<!\\)[<>`]/);
      expect(prose).not.toMatch(/(?<![\w\\])(?:@\w|#\d)/);
      expect(prose).not.toMatch(/(?<!\\)\]\(/);
    }),
    { numRuns: 40 },
  );
});

/** As CommonMark reads it: fenced blocks by lines, then spans by runs of backticks of equal length. */
function withoutCode(markdown: string): string {
  const prose: string[] = [];
  let fence = '';
  for (const line of markdown.split('\n')) {
    const [, run = ''] = /^(`{3,})/.exec(line) ?? [];
    if (fence !== '') {
      if (line === fence) fence = '';
    } else if (run !== '' && !line.slice(run.length).includes('`')) fence = run;
    else prose.push(line);
  }
  expect(fence).toBe('');
  return prose.map((line) => line.replace(/(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)/g, '')).join('\n');
}

describe('GitHub', () => {
  it('obeys nothing that a test printed', () => {
    expect(withoutCommands('  ::add-mask::a\n', 'T')).toBe('::stop-commands::T\n  ::add-mask::a\n::T::\n');
  });

  it('gets at most ten annotations of each kind, the most urgent ones', () => {
    const many = { ...night, verdicts: Array.from({ length: 40 }, () => night.verdicts).flat() };
    const lines = githubAnnotations(many).trimEnd().split('\n');
    expect(lines.map((line) => /^::(\w+) /.exec(line)?.[1])).toEqual([
      ...Array(10).fill('error'),
      ...Array(10).fill('warning'),
      ...Array(10).fill('notice'),
    ]);
    expect(lines[0]).toContain('quarantine expired');
  });

  it('gets commands of ours only, whatever tests print', () => {
    fc.assert(
      fc.property(hostileNight, (report) => {
        for (const line of githubAnnotations(report).trimEnd().split('\n')) {
          expect(line).toMatch(/^::(error|warning|notice) title=(?:[^:,\r\n%]|%[0-9A-F]{2})*::[^\r\n]*$/);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gets a summary inside its limit, that says what was left out', () => {
    const [cell] = night.cells.filter(({ signatures }) => signatures.length > 0);
    if (cell === undefined) throw new Error('the sample has failures');
    const names = Array.from({ length: 900 }, (_, i) => `test-${i}`);
    const [verdict] = night.verdicts.filter(({ verdict }) => verdict === 'new-flake');
    if (verdict === undefined) throw new Error('the sample has a new flake');
    const long = cell.signatures.map((row) => ({ ...row, excerpt: 'x'.repeat(5000) }));
    const text = githubSummary({
      ...night,
      cells: names.map((test) => ({ ...cell, test, signatures: long })),
      verdicts: names.map((test) => ({ ...verdict, test })),
    });
    expect(Buffer.byteLength(text)).toBeLessThan(900_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(800_000);
    expect(text).toMatch(/_\d+ more sections do not fit here; the report has them all\._\n$/);
  });
});
