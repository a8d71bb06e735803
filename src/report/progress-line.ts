import type { HuntSummary } from '../model/summary.ts';
import { rateInterval } from '../stats/interval.ts';
import { clip, displayWidth, safe } from './display-text.ts';
import { eligibleRuns } from './fold-strata.ts';
import { rateText, speedText, upperBoundText } from './quantities.ts';
import { type Appearance, type Style, styleOf } from './style.ts';
import { workLeft } from './work-left.ts';

const barWidth = 16;
const leastTitle = 12;

/**
 * The hunt in one line no wider than the screen: runs, speed, failures with their rate, what is left, the most frequent
 * signature. On a narrow screen the least important parts go.
 * @param elapsedMs hunting time until now
 */
export function progressLine(summary: HuntSummary, elapsedMs: number, screen: Appearance): string {
  const style = styleOf(screen);
  const { fraction, text } = workLeft(summary, elapsedMs);
  const [runs, speed, found] = [runsPart(summary), speedPart(summary), foundPart(summary, style)];
  const full = joined(runs, speed, found, text);
  if (displayWidth(full) > screen.columns) {
    const shorter = [joined(runs, speed, found), joined(runs, found), runs, ''];
    return shorter.find((line) => displayWidth(line) <= screen.columns) ?? '';
  }
  const barred = fraction === null ? full : joined(bar(fraction, style), full);
  const line = displayWidth(barred) <= screen.columns ? barred : full;
  const title = summary.signatures[0]?.signature.title;
  const room = screen.columns - displayWidth(line) - 2;
  if (title === undefined || room < leastTitle) return line;
  return joined(line, clip(safe(title, style.unicode), room, style.ellipsis));
}

/** The same for a log: nothing is left out, nothing is drawn. */
export function progressText(summary: HuntSummary, elapsedMs: number, unicode: boolean): string {
  const style = styleOf({ color: false, unicode });
  const title = summary.signatures[0]?.signature.title;
  const parts = [
    runsPart(summary),
    speedPart(summary),
    foundPart(summary, style),
    workLeft(summary, elapsedMs).text,
    title === undefined ? '' : `most often ${safe(title, unicode)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function runsPart({ runs, header }: HuntSummary): string {
  return header.stop.loops === null ? `${runs} runs` : `${runs} of ${header.stop.loops} runs`;
}

/** Of the stratum that is hunted now. */
function speedPart({ strata }: HuntSummary): string {
  const speed = strata.at(-1)?.runsPerSecond ?? 0;
  return speed > 0 ? speedText(speed) : '';
}

/** What was found so far; rates of several strata are never mixed, then there are only counts. */
function foundPart({ counts, strata, runs }: HuntSummary, style: Style): string {
  const eligible = eligibleRuns(counts);
  const unmixed = strata.filter((stratum) => stratum.eligible > 0).length === 1;
  const rate = (found: number) => {
    if (found === eligible && found >= 5) return ', always';
    return unmixed ? ` ${rateText(rateInterval(found, eligible))}` : '';
  };
  const found = (['fail', 'hang', 'masked', 'skip', 'invalid'] as const).filter((verdict) => counts[verdict] > 0);
  const text = found.map((verdict) => `${counts[verdict]} ${verdict}`).join(' ');
  const failures = counts.fail + counts.hang;
  if (failures > 0) return style.bad(`${text}${rate(failures)}`);
  if (counts.masked > 0) return style.odd(`${text}${rate(counts.masked)}`);
  if (eligible === 0) return runs === 0 ? '' : style.odd(text);
  const bound = unmixed ? `, rate below ${upperBoundText(rateInterval(0, eligible).high)}` : '';
  return `${text === '' ? '' : `${text}, `}no failure${bound}`;
}

function bar(fraction: number, style: Style): string {
  const full = Math.floor(barWidth * Math.min(1, Math.max(0, fraction)));
  return style.barFull.repeat(full) + style.barEmpty.repeat(barWidth - full);
}

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}
