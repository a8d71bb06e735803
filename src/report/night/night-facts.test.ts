import { describe, expect, it } from 'vitest';
import { nightMarkdown } from '../formats/markdown.ts';
import { armHunts } from '../sample-arms.ts';
import { byUrgency, nightHeadline, verdictWord } from './night-facts.ts';
import { nightOfHunt } from './night-of-hunt.ts';
import { refusedNight, sampleNight } from './sample-night.ts';
import { sampleReport } from './sample-report.ts';

const night = sampleNight({ tests: 17, nights: 12 });

describe('what a night came to', () => {
  it('is bad when something is new, and says how many passed', () => {
    expect(nightHeadline(night)).toMatchObject({
      text: expect.stringMatching(
        /^1 quarantine expired, 1 new failure, 1 new flake, 1 worse; 1 healed, 1 fixed, 1 better; \d of 17/,
      ),
      tone: 'bad',
    });
  });

  it('is good when nothing is', () => {
    const verdicts = night.verdicts.filter((verdict) => verdictWord(verdict).tone === 'calm');
    expect(nightHeadline({ ...night, verdicts })).toMatchObject({
      text: expect.stringMatching(/^nothing new that fails; /),
      tone: 'good',
    });
  });

  it('on a first night is what fails, for nothing can be new', () => {
    const { verdicts } = sampleNight({ tests: 17, nights: 12 });
    const first = verdicts.map((verdict) => ({ ...verdict, verdict: 'baseline' as const, quarantine: null }));
    expect(nightHeadline({ ...night, verdicts: first })).toMatchObject({
      text: expect.stringMatching(/^no past to compare with: \d failing, no past, \d flaky, no past; /),
      tone: 'odd',
    });
  });

  it('where io_uring is refused is that', () => {
    expect(nightHeadline(refusedNight())).toMatchObject({
      text: expect.stringMatching(/^io_uring is refused here/),
      tone: 'bad',
    });
  });
});

it('tells a failure that is seen first from one that was there before', () => {
  const word = (test: string) => {
    const verdict = sampleReport().verdicts.find((one) => one.test === test);
    return verdict === undefined ? '' : verdictWord(verdict).word;
  };
  expect([word('rare'), word('old')]).toEqual(['flaky, first seen', 'flaky as before']);
});

it('tells the most urgent first: an expired quarantine, then what is new', () => {
  const words = byUrgency(night.verdicts).map((verdict) => verdictWord(verdict).word);
  expect(words.slice(0, 4)).toEqual(['quarantine expired', 'new failure', 'new flake', 'worse']);
  expect(words.at(-1)).toBe('unchanged');
});

describe('a hunt as a night', () => {
  it('is told by the condition of which most is known to fail', () => {
    const told = nightOfHunt(armHunts['an order bug']);
    expect(told.verdicts[0]).toMatchObject({ state: 'flaky', comparison: { condition: 'chaos:pct:2', before: null } });
    expect(nightMarkdown(told)).toMatch(/^## msg-ring: flaky, no past\n/);
    expect(told.header).not.toHaveProperty('suiteDefinition');
  });

  it('that found nothing passed', () => {
    expect(nightOfHunt(armHunts['nothing found']).verdicts[0]).toMatchObject({ state: 'passing', verdict: 'baseline' });
  });
});
