import { describe, expect, it } from 'vitest';
import type { ExplainedPoint } from '../../model/explain.ts';
import { explainJson } from './explain-json.ts';
import { explainMarkdown } from './explain-markdown.ts';
import { renderExplanation } from './explain-text.ts';
import { placeText } from './place-text.ts';
import { sampleExplanation, sampleLocated, sampleView } from './sample-explanation.ts';
import { explainSentence } from './sentence.ts';
import { timeline } from './timeline.ts';
import { windowTexts } from './window-text.ts';

const screen = { columns: 100, color: false, unicode: true };
const unproven = { ...sampleView, explanation: { ...sampleExplanation, finding: null }, located: null };

describe('the sentence', () => {
  it('names both points, and the order that fails', () => {
    expect(explainSentence('msg-ring', { kind: 'order' }, sampleLocated)).toBe(
      'msg-ring fails when thread 0.3 (wait_cqe_fn, msg-ring.c:81) enters io_uring_enter on ring1 before thread 0 (test_remote, msg-ring.c:122) enters io_uring_enter on ring1.',
    );
  });

  it('says of an interleaving where the other thread stands', () => {
    expect(explainSentence('t', { kind: 'interleaving' }, sampleLocated)).toContain('while thread 0 (test_remote');
  });

  it('falls back to what is known of a place', () => {
    const { first } = sampleLocated;
    const bare = { function: null, file: null, line: null, module: '/opt/libx.so', offset: '0x10', inlined: false };
    const at = (frames: ExplainedPoint['frames']) => placeText({ ...first, named: null, frames });
    expect(at([bare])).toBe('thread 0.3 (libx.so+0x10)');
    expect(at([{ ...bare, function: 'f' }])).toBe('thread 0.3 (f, libx.so+0x10)');
    const libc = { ...bare, function: 'read', file: '/build/read.c', line: 26, module: '/usr/lib/libc.so.6' };
    expect(at([libc, { ...bare, module: '/t/a.out' }])).toBe('thread 0.3 (a.out+0x10)');
    expect(at([])).toBe('thread 0.3 (at 829)');
  });
});

it('draws both orders', () => {
  expect(timeline({ kind: 'order' }, sampleLocated)).toEqual([
    'fails   0.3  --o-----  io_uring_enter (wait_cqe_fn, msg-ring.c:81)',
    '        0    -----o--  io_uring_enter (test_remote, msg-ring.c:122)',
    'passes  0.3  -----o--  io_uring_enter (wait_cqe_fn, msg-ring.c:81)',
    '        0    --o-----  io_uring_enter (test_remote, msg-ring.c:122)',
  ]);
});

it('tells the window and the distance that comes by itself', () => {
  const { window } = sampleExplanation.finding ?? {};
  expect(window && windowTexts(window)).toEqual([
    'passes with the second point up to 10 us behind the first, fails from 100 us behind on',
    'unforced, the second point is 306 us before the first (median of 60 runs), at most 35 us behind in 99 % of them',
  ]);
});

describe('a cause', () => {
  it.each([
    ['on the screen', renderExplanation(sampleView, screen)],
    ['in Markdown', explainMarkdown(sampleView)],
  ])('is told %s with its proof, its lines and what is missing', (_, text) => {
    const flowing = text.replaceAll(/\s+/g, ' ');
    for (const part of [
      'msg-ring fails when thread 0.3 (wait_cqe_fn, msg-ring.c:81)',
      '20 of 20 runs failed',
      '0 of 20 runs failed',
      '3 of 300 runs failed',
      'a barrier or a condition',
      'EEXIST: another task entered the ring',
      'io_uring_wait_cqe(d->ring, &cqe);',
      sampleLocated.reproducer,
    ])
      expect(flowing).toContain(part);
  });

  it('is a document', () => {
    expect(JSON.parse(explainJson(sampleView, 0))).toMatchObject({
      ...{ v: 1, kind: 'explain', exitCode: 0, test: 'msg-ring' },
      cause: { kind: 'order', forced: { failures: 20, runs: 20 }, missing: { kind: 'start' } },
    });
  });
});

describe('what was not proven', () => {
  it.each([
    ['on the screen', renderExplanation(unproven, screen)],
    ['in Markdown', explainMarkdown(unproven)],
  ])('is never called a cause %s, and says what was excluded and what to try', (_, text) => {
    const flowing = text.replaceAll(/\s+/g, ' ');
    expect(flowing).not.toMatch(/fails when/);
    expect(flowing).toContain('1 suspected order forced both ways: 1 refuted');
    expect(flowing).toContain('windows without a system call');
    expect(flowing).toContain('ThreadSanitizer');
  });

  it('has no cause in the document', () => {
    expect(JSON.parse(explainJson(unproven, 5))).toMatchObject({ cause: null, suspects: [{ verdict: 'not causal' }] });
  });

  it('is not to be had where no run passes, which is said in colour as well', () => {
    const collected = { ...sampleExplanation.collected, failures: 33, passes: 0 };
    const view = { ...unproven, explanation: { ...unproven.explanation, collected } };
    expect(renderExplanation(view, { ...screen, color: true }).match(/It failed in all of 33 runs/g)).toHaveLength(1);
  });

  it('excludes little where few runs were to be had, and says so', () => {
    const collected = { ...sampleExplanation.collected, failures: 12, passes: 5 };
    const text = explainMarkdown({ ...unproven, explanation: { ...unproven.explanation, collected } });
    expect(text).toContain('rests on 12 failing runs and 5 passing runs only');
  });

  it('is nothing where it never failed', () => {
    const text = renderExplanation({ ...unproven, explanation: { ...unproven.explanation, target: null } }, screen);
    expect(text).toContain('It did not fail in any run');
  });
});
