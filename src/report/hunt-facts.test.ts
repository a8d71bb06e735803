import { expect, it } from 'vitest';
import { huntFacts } from './hunt-facts.ts';
import { pass, sampleSummary } from './sample-summary.ts';
import { styleOf } from './style.ts';

const screen = { columns: 80, color: false, unicode: true };

function facts(abandoned: number): string {
  const summary = sampleSummary([{ count: 319, judgement: pass }], {}, { reason: 'time', abandoned });
  return huntFacts(summary, { dir: '/h', artifactDir: '/h/artifacts', state: 'ended' }, screen, styleOf(screen))
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

it('a planned end tells of runs that had to be cut off', () => {
  expect(facts(1)).toContain(
    'ended as planned, but 1 run cut off that would not end, and not counted; a hang? --limit',
  );
  expect(facts(0)).not.toContain('ended');
});
