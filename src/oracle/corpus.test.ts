import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Ending, Outcome } from '../model/outcome.ts';
import type { JudgeRules } from '../model/suite.ts';
import type { Judgement, SignatureKind, Verdict } from '../model/verdict.ts';
import { findSuite } from '../suites/index.ts';
import { errnosInOutput } from './errno-context.ts';
import { excerpt } from './excerpt.ts';
import { judge } from './judge.ts';
import { parseLog } from './logs/parse-log.ts';

/** One case of fixtures/outputs; its README tells what the keys mean. */
interface Case {
  ending: Ending;
  suite: string;
  kernelLog?: string;
  stacks?: string;
  expect: {
    verdict: Verdict;
    errnos: number[];
    kind: SignatureKind | null;
    titleIncludes?: string[];
    title?: string;
    sameAs?: string;
    differsFrom?: string;
    known?: string;
  };
}

/** One captured log of a test runner. */
interface LogCase {
  suite?: string;
  expectSections: {
    test: string;
    verdict: Verdict | null;
    titleIncludes?: string[];
    errnos?: number[];
    loop?: number;
    known?: string;
  }[];
}

const folder = new URL('../../fixtures/outputs/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));
const truths = names.map((name) => [name, JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))] as const);
const cases = new Map<string, Case>(truths.filter(([, truth]) => truth.log !== true));
const logs: (readonly [string, LogCase])[] = truths.filter(([, truth]) => truth.log === true);

describe('the corpus of captured outputs', () => {
  it('is there', () => {
    expect(cases.size).toBeGreaterThanOrEqual(60);
  });

  it.each([...cases.keys()])('%s', (name) => {
    const { expect: truth, suite } = caseOf(name);
    const outcome = outcomeOf(name);
    const judgement = judgementOf(name);
    expect({
      verdict: judgement.verdict,
      kind: judgement.signature?.kind ?? null,
      known: judgement.known?.id,
      errnos: errnosInOutput(outcome.output).map(({ value }) => value),
    }).toEqual({ verdict: truth.verdict, kind: truth.kind, known: truth.known, errnos: truth.errnos });
    for (const part of truth.titleIncludes ?? []) {
      expect(judgement.signature?.title).toContain(part);
    }
    if (truth.title !== undefined) {
      expect(judgement.signature?.title).toBe(truth.title);
    }
    expect(judgement.signature?.title.length ?? 0).toBeLessThanOrEqual(100);
    expect(judgement.verdict === 'invalid' ? judgement.reason : 'no reason needed').not.toBeNull();
    const shown = excerpt(outcome, rulesOf(suite));
    expect(shown.split('\n').length).toBeLessThanOrEqual(12);
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(2048);
    expect(shown.trim() === '' && /[^\s]/.test(Buffer.from(outcome.output.bytes).toString('latin1'))).toBe(false);
  });

  it.each(pairs('sameAs'))('%s is the same bug as %s', (name, other) => {
    expect(judgementOf(name).signature?.id).toBe(judgementOf(other).signature?.id);
  });

  it.each(pairs('differsFrom'))('%s is another bug than %s', (name, other) => {
    expect(judgementOf(name).signature?.id).not.toBe(judgementOf(other).signature?.id);
  });

  it.each(logs)('%s', (name, truth) => {
    const parsed = parseLog(readFileSync(new URL(`${name}.txt`, folder)), rulesOf(truth.suite ?? 'liburing'));
    const found = parsed.sections.map(({ test, loop, judgement, errnos }, index) => {
      const wanted = truth.expectSections[index];
      return {
        test,
        verdict: judgement?.verdict ?? null,
        ...(wanted?.loop === undefined ? {} : { loop }),
        ...(wanted?.known === undefined ? {} : { known: judgement?.known?.id }),
        ...(wanted?.errnos === undefined ? {} : { errnos: errnos.map(({ value }) => value) }),
        ...(wanted?.titleIncludes === undefined
          ? {}
          : { titleIncludes: wanted.titleIncludes.filter((part) => judgement?.signature?.title.includes(part)) }),
      };
    });
    expect(found).toEqual(truth.expectSections);
  });
});

function pairs(key: 'sameAs' | 'differsFrom'): [string, string][] {
  return [...cases].flatMap(([name, { expect: truth }]) => {
    const other = truth[key];
    return other === undefined ? [] : [[name, other] as [string, string]];
  });
}

function caseOf(name: string): Case {
  const found = cases.get(name);
  if (found === undefined) {
    throw new Error(`no case ${name} in fixtures/outputs`);
  }
  return found;
}

function rulesOf(suite: string): JudgeRules {
  return findSuite(suite, []).judge;
}

function judgementOf(name: string): Judgement {
  return judge(outcomeOf(name), rulesOf(caseOf(name).suite));
}

function outcomeOf(name: string): Outcome {
  const { ending, kernelLog, stacks } = caseOf(name);
  const bytes = readFileSync(new URL(`${name}.txt`, folder));
  return {
    ending,
    usage: { wallUs: 0, userUs: 0, systemUs: 0, maxRssKiB: 0, voluntarySwitches: 0, involuntarySwitches: 0 },
    output: { bytes, total: bytes.length, cutAt: null },
    kernelLog: kernelLog ?? null,
    stacks: stacks ?? null,
    core: null,
  };
}
