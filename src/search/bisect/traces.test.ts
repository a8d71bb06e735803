import { describe, expect, it } from 'vitest';
import type { Seen } from '../../model/bisect.ts';
import { mixSeed, seededUniform } from '../../stats/random.ts';
import type { BisectStep } from './bisector.ts';
import { branchy, line } from './sample-ranges.ts';
import { type Trial, tryOut } from './sample-worlds.ts';

const folder = new URL('../../../fixtures/bisect/', import.meta.url).pathname;

/** Every step of some searches, compared exactly; `vitest -u` writes them again. */
describe('a search', () => {
  const hot = Array.from({ length: 501 }, (_, node) => (node === 0 ? 0 : node % 20 === 7 ? 10 : 1));
  const trials: Record<string, [about: string, Trial]> = {
    fix: ['1024 commits, 1 in 20 runs fails', { range: line(1024), change: 700, rate: 0.05, seed: 1 }],
    regression: [
      '1024 commits, the new end fails',
      { range: line(1024), change: 300, rate: 0.05, fails: 'new', seed: 2 },
    ],
    'dear-runs': [
      'a build 2 s, a run 0.2 s',
      { range: line(1024), change: 700, rate: 0.05, seed: 3, buildSeconds: 2, runSeconds: 0.2 },
    ],
    certain: ['each run fails', { range: line(4000), change: 1234, rate: 1, seed: 4 }],
    background: [
      '1 in 500 fails on the good side',
      { range: line(500), change: 200, rate: 0.1, background: 0.002, seed: 5 },
    ],
    weights: [
      '1 commit in 20 weighs 10, the change among them',
      { range: line(500, { weights: hot }), change: 207, rate: 0.1, seed: 6 },
    ],
    merges: [
      'branches that were merged',
      { range: branchy(200, seededUniform(mixSeed('9', 0))), change: 120, rate: 0.1, seed: 7 },
    ],
    unbuildable: [
      '120 to 139 do not build',
      { range: line(300), change: 130, rate: 0.2, seed: 8, isBuildable: (node) => node < 120 || node > 139 },
    ],
    step: [
      'a quarter of the rate from 150 on',
      { range: line(500), change: 300, rate: 0.2, factor: (node) => (node < 150 ? 1 : 0.25), seed: 9 },
    ],
    'no-change': ['nothing changes', { range: line(500), change: null, rate: 0.1, seed: 10 }],
  };

  it.each(Object.entries(trials))('goes its way: %s', async (name, [about, trial]) => {
    const lines = [`${about}; change ${trial.change ?? 'none'}, seed ${trial.seed}`];
    const { runs, builds, calibrationRuns } = tryOut({
      ...trial,
      onStep: (step, seen) => lines.push(lineOf(step, seen)),
    });
    lines.splice(1, 0, `calibrated: 3 of ${calibrationRuns}`);
    lines.push(`${runs} runs, ${builds} builds`, '');
    await expect(lines.join('\n')).toMatchFileSnapshot(`${folder}${name}.txt`);
  });
});

function lineOf(step: BisectStep, seen: Seen | null): string {
  if (step.kind === 'stop') return `${step.reason} ${step.node ?? '-'} ${step.posterior.toFixed(4)}`;
  const saw = seen === null ? 'does not build' : `${seen.failures} of ${seen.runs}`;
  return `${step.why}: ${step.node} x ${step.runs} -> ${saw}`;
}
