import type { BisectCommit, ConfirmPlan, ConfirmSummary } from '../../model/bisect.ts';
import { clip, safe } from '../display-text.ts';
import { machineFacts } from '../header.ts';
import { labelledFacts, labelWidth, withLabel } from '../labelled.ts';
import { durationText, plural } from '../quantities.ts';
import { type Appearance, type Style, styleOf } from '../style.ts';
import { aboutLines } from './about-lines.ts';
import { dayText, shortId } from './commit-text.ts';
import { factLines } from './fact-lines.ts';

/** From this width on there is room for what is good to know. */
const roomy = 120;

/** Which two commits are compared, how, and what the comparison needs: shown before the first run. */
export function renderConfirmHeader(summary: ConfirmSummary, screen: Appearance): string {
  const style = styleOf(screen);
  const { columns } = screen;
  const { header, before, after, condition, plan } = summary;
  const lines = [
    ...withLabel('confirm', [header.id]),
    ...aboutLines(header, columns, style),
    ...sideLines('before', before.commit, columns, style),
    ...sideLines('after', after.commit, columns, style),
    ...factLines('condition', [`${safe(condition, style.unicode)}, the same for both; runs of both in turn`], columns),
    ...labelledFacts('machine', machineFacts(header, columns >= roomy, style), columns),
    ...labelledFacts(
      'plan',
      [
        planText(plan),
        plural(header.jobs, 'worker'),
        `limit ${durationText(1000 * header.limitMs)} a run`,
        `seed ${header.seed}`,
      ],
      columns,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** @example `"gone" at 95 % needs 1534 clean runs after, given at least 0.2 % before` */
export function planText({ cleanRuns, leastBefore, mostRuns }: ConfirmPlan): string {
  const most = `at most ${plural(mostRuns, 'run')} a side`;
  if (cleanRuns === null) return `${most}; how many clean runs "gone" needs follows from the rate before`;
  const given = leastBefore === null ? '' : `, ${groundText(cleanRuns, leastBefore)}`;
  return `"gone" at 95 % needs ${plural(cleanRuns, 'clean run')} after${given}; ${most}`;
}

function groundText(cleanRuns: number, leastBefore: number): string {
  // The rate before would ask for less.
  if (cleanRuns > Math.ceil(Math.log(0.05) / Math.log1p(-leastBefore))) return 'the fewest that will do';
  return `given at least ${lowerBoundText(leastBefore)} before`;
}

/** Rounded down to two digits, so that it stays a lower bound. */
function lowerBoundText(share: number): string {
  const percent = 100 * share;
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(percent)));
  const scale = 10 ** decimals;
  return `${(Math.floor(Number((percent * scale).toPrecision(12))) / scale).toFixed(decimals)} %`;
}

function sideLines(label: string, commit: BisectCommit, columns: number, style: Style): string[] {
  const head = style.strong(`${shortId(commit)}  ${dayText(commit)}`);
  const room = columns - labelWidth - 26;
  return withLabel(label, [`${head}  ${clip(safe(commit.subject, style.unicode), room, style.ellipsis)}`]);
}
