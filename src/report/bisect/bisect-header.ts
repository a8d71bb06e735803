import type { BisectHeader } from '../../model/bisect.ts';
import { safe } from '../display-text.ts';
import { machineFacts } from '../header.ts';
import { labelledFacts, withLabel } from '../labelled.ts';
import { durationText, plural, shareText } from '../quantities.ts';
import { type Appearance, type Style, styleOf } from '../style.ts';
import { aboutLines, revisionLines } from './about-lines.ts';
import { unitOf } from './commit-text.ts';
import { factLines } from './fact-lines.ts';

/** What is searched. */
export interface BisectScope {
  /** That may be the change. */
  commits: number;
  distinctBuilds: number;
  /** Budget of this session in milliseconds; null: none. */
  timeMs: number | null;
}

/** From this width on there is room for what is good to know. */
const roomy = 120;

/** What is looked for, between which ends and how: shown before the first run, and again by `show`. */
export function renderBisectHeader(header: BisectHeader, scope: BisectScope, screen: Appearance): string {
  const style = styleOf(screen);
  const { columns } = screen;
  const lines = [
    ...withLabel('bisect', [header.id]),
    ...aboutLines(header, columns, style),
    ...factLines('direction', [directionText(header)], columns),
    ...revisionLines('old', header.old, columns, style),
    ...revisionLines('new', header.new, columns, style),
    ...factLines(
      'ends',
      header.ends.map((line) => safe(line, style.unicode)),
      columns,
    ),
    ...labelledFacts('range', rangeFacts(header, scope, style), columns),
    ...labelledFacts('machine', machineFacts(header, columns >= roomy, style), columns),
    ...labelledFacts('plan', planFacts(header, scope.timeMs), columns),
  ];
  return `${lines.join('\n')}\n`;
}

function directionText(header: BisectHeader): string {
  const unit = unitOf(header);
  return header.direction === 'fix'
    ? `looks for the ${unit} that fixed it: old fails, new does not`
    : `looks for the ${unit} that introduced it: old does not fail, new does`;
}

function rangeFacts(header: BisectHeader, scope: BisectScope, style: Style): string[] {
  const { firstParent, paths, axis } = header;
  return [
    plural(scope.commits, unitOf(header)),
    axis === undefined
      ? plural(scope.distinctBuilds, 'distinct build')
      : `all with ${axis.revision.name ?? 'the same build'}`,
    ...(firstParent ? ['first parents only'] : []),
    ...(paths.length === 0 ? [] : [`those that touch ${safe(paths.join(' '), style.unicode)}`]),
  ];
}

function planFacts({ confidence, jobs, limitMs, seed }: BisectHeader, timeMs: number | null): string[] {
  return [
    `confidence ${shareText(confidence)}`,
    timeMs === null ? 'no time limit' : `at most ${durationText(1000 * timeMs)}`,
    plural(jobs, 'worker'),
    `limit ${durationText(1000 * limitMs)} a run`,
    `seed ${seed}`,
  ];
}
