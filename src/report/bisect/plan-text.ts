import type { BisectPlan } from '../../model/bisect.ts';
import { safe } from '../display-text.ts';
import { prose } from '../labelled.ts';
import { durationText, plural } from '../quantities.ts';
import { shellWord } from '../shell-word.ts';
import { type Appearance, styleOf } from '../style.ts';
import { inBlocks } from './bisect-result.ts';
import { factLines, nextLines } from './fact-lines.ts';

/** What a bisect would cost and on what that rests: the answer of `--dry-run`, below the header. */
export function renderBisectPlan(plan: BisectPlan, screen: Appearance): string {
  const style = styleOf(screen);
  const { columns } = screen;
  const { commits, distinctBuilds, testMissing, cachedBuilds, expectedRuns, expectedBuilds, header } = plan;
  const time = durationText(1e6 * plan.expectedSeconds);
  const text = `${header.test}: about ${time} for ${plural(expectedRuns, 'run')} and ${plural(expectedBuilds, 'build')} among ${plural(commits, 'commit')}; the search has not begun`;
  const missing = testMissing > 0 ? `, ${testMissing} more without the test` : '';
  const stored = cachedBuilds > 0 ? `; ${cachedBuilds} of them in the build store` : '';
  const own = header.commandLine.filter((word) => word !== '--dry-run');
  return inBlocks([
    prose(safe(text, style.unicode), columns, 0).map((line) => style.strong(line)),
    [
      ...factLines('commits', [`${commits}${missing}, ${plural(distinctBuilds, 'distinct build')}${stored}`], columns),
      ...factLines('condition', [conditionText(plan.frozen, style.unicode)], columns),
      ...factLines(
        'assumes',
        plan.assumptions.map((line) => safe(line, style.unicode)),
        columns,
      ),
    ],
    nextLines([{ command: own.map(shellWord).join(' '), why: 'does it' }], columns, style),
  ]);
}

function conditionText(frozen: string | null, unicode: boolean): string {
  return frozen === null ? 'found by calibration at the end that fails' : `${safe(frozen, unicode)}, for all commits`;
}
