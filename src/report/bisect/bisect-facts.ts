import type { BisectSpent, BisectSummary, OtherFailure, Unusable } from '../../model/bisect.ts';
import { clip, safe } from '../display-text.ts';
import { labelWidth, withLabel } from '../labelled.ts';
import { durationText, plural } from '../quantities.ts';
import type { Appearance, Style } from '../style.ts';
import { shortId, unitOf } from './commit-text.ts';
import { factLines } from './fact-lines.ts';
import { wholeRate } from './figures.ts';

const mostSkipped = 5;
const mostOthers = 5;

/** The condition all commits were run under, and what it gives beside no condition. */
export function conditionLines(
  { calibration, outcome, header }: BisectSummary,
  columns: number,
  style: Style,
): string[] {
  if (calibration === null) return [];
  const { condition, rate, base, secondsPerRun } = calibration;
  const shares = (of: typeof rate) => `${of.failures} of ${plural(of.runs, 'run')}, ${wholeRate(of)}`;
  const forAll = outcome === 'not-reproduced' ? '' : `; the same for all ${unitOf(header)}s`;
  const frozen = safe(condition, style.unicode);
  return [
    ...factLines('base', base === null ? [] : [`plain  ${shares(base)}`], columns),
    ...factLines(
      'condition',
      [`${frozen}  ${shares(rate)}${forAll}, ${durationText(1e6 * secondsPerRun)} a run`],
      columns,
    ),
  ];
}

/** Failures that are not the target. */
export function otherLines(others: readonly OtherFailure[], { columns }: Appearance, style: Style): string[] {
  const lines = others.slice(0, mostOthers).map(({ title, verdict, count, commits }) => {
    const where = `: ${plural(count, 'run')} at ${plural(commits, 'commit')}`;
    const room = columns - labelWidth - where.length;
    return clip(safe(`${verdict}: ${title}`, style.unicode), room, style.ellipsis) + where;
  });
  const left = others.length - lines.length;
  return withLabel('beside', left > 0 ? [...lines, `and ${plural(left, 'other failure')}`] : lines);
}

/** Commits nothing could be learned of, and why. */
export function skippedLines({ unusable, header }: BisectSummary, columns: number, style: Style): string[] {
  const unit = unitOf(header);
  const lines = unusable.slice(0, mostSkipped).flatMap((one) => skippedText(one, unit, columns, style));
  const left = unusable.length - mostSkipped;
  return withLabel('skipped', left > 0 ? [...lines, `and ${plural(left, `more ${unit}`)}`] : lines);
}

function skippedText({ commit, kind, reason, log }: Unusable, unit: string, columns: number, style: Style): string[] {
  const what = kind === 'run' ? 'cannot be run' : unit === 'kernel' ? 'does not boot' : 'does not build';
  const text = safe(`${shortId(commit)} ${what}: ${reason}`, style.unicode);
  const lines = [clip(text, columns - labelWidth, style.ellipsis)];
  return log === null ? lines : [...lines, `  ${safe(log, style.unicode)}`];
}

export function spentLines(spent: BisectSpent, columns: number): string[] {
  const { runs, builds, cachedBuilds, failedBuilds, seconds, buildSeconds } = spent;
  if (runs + builds + failedBuilds === 0) return [];
  const beside = [
    ...(cachedBuilds > 0 ? [`${cachedBuilds} more from the build store`] : []),
    ...(failedBuilds > 0 ? [`${failedBuilds} failed`] : []),
  ];
  const aside = beside.length === 0 ? '' : ` (${beside.join(', ')})`;
  const made = builds === 0 ? 'no build' : `${plural(builds, 'build')} in ${durationText(1e6 * buildSeconds)}`;
  return factLines(
    'spent',
    [`${plural(runs, 'run')}, ${made}${aside}, ${durationText(1e6 * seconds)} in all`],
    columns,
  );
}

export function noteLines(notes: readonly string[], columns: number, style: Style): string[] {
  return factLines(
    notes.length === 1 ? 'note' : 'notes',
    notes.map((note) => safe(note, style.unicode)),
    columns,
  );
}
