import { describe, expect, it } from 'vitest';
import { armsSentences } from './arms-text.ts';
import { foldArms } from './fold-arms.ts';
import { armHunts, armRuns } from './sample-arms.ts';
import { sampleSummary } from './sample-summary.ts';

const two = { conditions: ['plain', 'chaos:pct:1'] };

function sentences(hunt: Parameters<typeof foldArms>[0]): string {
  return armsSentences(foldArms(hunt), hunt, 'short').join('\n');
}

describe('the best arm', () => {
  it('is named with its gain and the interval of that', () => {
    expect(sentences(armHunts['an order bug'])).toMatch(
      /^chaos:pct:2 provokes it 120x \(31 to 940\) as often per second as plain\.\nIn a run under it: 3 threads, 41 calls/,
    );
  });

  it('has a bound where plain never failed', () => {
    expect(sentences(armHunts['only when provoked'])).toMatch(
      /^chaos:pct:2 provokes it at least 3\.7x as often per second as plain, under which it did not fail in 1202 runs\.$/m,
    );
  });

  it('is none where nothing was measured', () => {
    expect(sentences(armHunts['nothing gained'])).toBe(
      'No other condition is measurably better at provoking it than plain.',
    );
    expect(sentences(armHunts['nothing found'])).not.toContain('provok');
  });

  it('leaves the proof of perturbation to all together where there is none', () => {
    expect(sentences(armHunts['nothing found'])).toMatch(
      /^90722 calls were intercepted under 4 conditions, 80820 of them held; `flakehunt show \S+` has what was done under each\.$/m,
    );
  });
});

describe('without failures', () => {
  it('says what priorities exclude, with every number of the bound', () => {
    const text = sentences(armHunts['nothing found']);
    expect(text).toContain(
      'chaos:pct:2: any depth-2 ordering bug among the intercepted calls would have shown with probability more than 0.9999 (n = 3 threads, k = 25 calls, d = 2, N = 1200 runs; Burckhardt et al. 2010).',
    );
    expect(text).toContain('with probability 0.19 (n = 3 threads, k = 25 calls, d = 3, N = 400 runs;');
  });

  it('excludes nothing where there was no order to change', () => {
    const alone = armRuns('chaos:pct:1', 400, 0).map((runs) => ({ ...runs, effect: { events: 9, threads: 1 } }));
    const text = sentences(sampleSummary([...armRuns('plain', 10, 0), ...alone], two));
    expect(text).toMatch(/^chaos:pct:1 did nothing: there never was a second thread\.$/m);
    expect(text).not.toContain('depth');
  });
});

describe('what the table does not tell', () => {
  it('names arms that did nothing, and what was not reached', () => {
    expect(sentences(armHunts['an order bug'])).toContain('chaos:shuffle did nothing: no call was intercepted.');
    expect(sentences(armHunts['only when provoked'])).toMatch(/^Not reached in the time there was: noise:cpu:4\.$/m);
  });

  it('says once what is refused, and does not call it unreached', () => {
    const text = sentences(armHunts['no chaos here']);
    expect(text).toContain('No chaos: seccomp is refused (EACCES).');
    expect(text).toMatch(/^Not reached in the time there was: noise:cpu:4\.$/m);
  });

  it('does not tell what was done in runs that a refusal made invalid', () => {
    const unfit = { verdict: 'invalid' as const, reason: null, signature: null, known: null };
    const runs = armRuns('chaos:pct:1', 24, 0).map((group) => ({
      ...group,
      judgement: unfit,
      effect: { events: 9, threads: 24 },
      refused: 'the test filters system calls itself',
    }));
    const text = sentences(sampleSummary([...armRuns('plain', 900, 0), ...runs], two));
    expect(text).toBe('No chaos: the test filters system calls itself.');
  });

  it('calls failures suspect where signals took back calls', () => {
    expect(sentences(armHunts['two failures'])).toContain(
      'chaos:victim: signals took back 2.2 % of the intercepted calls, so its failures are suspect',
    );
    expect(sentences(armHunts['an order bug'])).not.toContain('suspect');
  });
});
