import type { BisectSummary, ConfirmSummary } from '../../model/bisect.ts';
import { clip, displayWidth, safe } from '../display-text.ts';
import { durationText, plural } from '../quantities.ts';
import { type Appearance, styleOf } from '../style.ts';
import { shortId, unitOf } from './commit-text.ts';
import { posteriorText } from './figures.ts';
import { commitsOf, likeliest } from './history-order.ts';

/** Below this the activity says nothing; for so much of it counts give way. */
const activityRoom = { least: 12, wanted: 26 };

/**
 * The bisect in one line: commits that together hold the confidence, the likeliest, what was spent, what is being done. On a
 * narrow screen the least important parts go; `columns` may be infinite.
 * @param elapsedMs since the bisect began, all sessions together
 */
export function progressOfBisect(summary: BisectSummary, elapsedMs: number, screen: Appearance): string {
  const { spent, activity } = summary;
  const rows = likeliest(summary);
  const [first] = rows;
  const all = plural(commitsOf(summary), unitOf(summary.header));
  const left = rows.length === 0 ? all : `${rows.length} of ${all} left`;
  const top = first === undefined ? '' : `${posteriorText(first.mass)} ${shortId(first.commit)}`;
  const runs = plural(spent.runs, 'run');
  const builds = plural(spent.builds, 'build');
  const time = durationText(1000 * elapsedMs);
  const choices = [[left, top, runs, builds, time], [left, top, runs, builds], [left, top, runs], [left, top], [left]];
  return line('bisect', choices, activity, screen);
}

/** A comparison in one line: what was seen on both sides, and what "gone" needs. */
export function progressOfConfirm(summary: ConfirmSummary, elapsedMs: number, screen: Appearance): string {
  const { before, after, plan } = summary;
  const share = (name: string, { rate }: ConfirmSummary['before']) => `${name} ${rate.failures} of ${rate.runs}`;
  const sides = [share('before', before), share('after', after)];
  const needed =
    plan.cleanRuns === null || after.rate.failures > 0 ? '' : `"gone" needs ${plural(plan.cleanRuns, 'clean run')}`;
  const time = durationText(1000 * elapsedMs);
  return line('confirm', [[...sides, needed, time], [...sides, time], sides], null, screen);
}

/** The first choice that fits, and the activity where there is room for it. */
function line(name: string, choices: string[][], activity: string | null, screen: Appearance): string {
  const style = styleOf(screen);
  const separator = style.unicode ? ' · ' : ', ';
  const texts = choices.map((parts) => `${name}  ${parts.filter((part) => part !== '').join(separator)}`);
  const wanted = activity === null ? 0 : separator.length + Math.min(activityRoom.wanted, displayWidth(activity));
  const fits = (room: number) => texts.find((text) => displayWidth(text) + room <= screen.columns);
  const fitting = fits(wanted) ?? fits(0) ?? clip(name, screen.columns, '');
  if (activity === null || fitting === name) return fitting;
  const room = screen.columns - displayWidth(fitting) - separator.length;
  return room < activityRoom.least
    ? fitting
    : `${fitting}${separator}${clip(safe(activity, style.unicode), room, style.ellipsis)}`;
}
