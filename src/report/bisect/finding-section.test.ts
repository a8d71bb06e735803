import { expect, it } from 'vitest';
import type { BisectFinding } from '../../model/bisect.ts';
import { styleOf } from '../style.ts';
import { findingSection } from './finding-section.ts';
import { sampleBisect, sampleCheck } from './sample-bisect.ts';

const screen = { columns: 200, color: false, unicode: true };

/** In one line. */
function sectionWith(levels: { level?: number; wantedLevel?: number }): string {
  const summary = sampleBisect();
  const [first] = summary.findings;
  const check = { ...sampleCheck([1, [5, 5]], [2, [0, 5]]), ...levels };
  const finding = { ...first, state: 'found', check } as BisectFinding;
  return findingSection(finding, summary, screen, styleOf(screen)).join(' ').replace(/\s+/g, ' ');
}

it('a check tells its level where the time did not do for the one that was wanted', () => {
  expect(sectionWith({ level: 0.01, wantedLevel: 0.005 })).toMatch(
    /two-sided\), at level 0.01 instead of 0.005, as the time allowed/,
  );
  expect(sectionWith({ level: 0.005, wantedLevel: 0.005 })).toMatch(/two-sided\) run before/);
  expect(sectionWith({})).toMatch(/two-sided\) run before/);
});
