import type { HuntSummary } from '../model/summary.ts';
import { rateInterval } from '../stats/interval.ts';
import { clip, displayWidth, safe } from './display-text.ts';
import { foldArms, hasArms } from './fold-arms.ts';
import { eligibleRuns } from './fold-strata.ts';
import { accelMark } from './guest-facts.ts';
import { rateText, speedText, upperBoundText } from './quantities.ts';
import { type Appearance, type Style, styleOf } from './style.ts';
import { speedNow, workLeft } from './work-left.ts';

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
  const counts = countsPart(summary, style);
  const choices = [
    joined(runs, speed, found, text),
    joined(runs, speed, found),
    joined(runs, found),
    joined(runs, speed, counts, text),
    joined(runs, counts),
    runs,
    '',
  ];
  const full = choices.find((line) => displayWidth(line) <= screen.columns) ?? '';
  if (full !== choices[0]) return full;
  const barred = fraction === null ? full : joined(bar(fraction, style), full);
  const line = displayWidth(barred) <= screen.columns ? barred : full;
  const title = summary.signatures[0]?.signature.title ?? currentPart(summary);
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

/** What is tried at the moment, where that changes. */
function currentPart(summary: HuntSummary): string | undefined {
  return hasArms(summary) && summary.current !== null ? `now ${summary.current.condition}` : undefined;
}

function speedPart(summary: HuntSummary): string {
  const speed = speedNow(summary);
  return speed > 0 ? speedText(speed) : '';
}

/** What was found so far; rates of several strata are never mixed, then there are only counts, or those of two arms. */
function foundPart(summary: HuntSummary, style: Style): string {
  const { counts, strata } = summary;
  const eligible = eligibleRuns(counts);
  if (eligible === 0) return countsPart(summary, style);
  const unmixed = strata.filter((stratum) => stratum.eligible > 0).length === 1;
  const failures = failuresOf(summary);
  const mark = accelMark(summary.header);
  if (failures === eligible && failures >= 5) return countsPart(summary, style, ', always');
  if (unmixed && failures > 0)
    return countsPart(summary, style, ` ${rateText(rateInterval(failures, eligible))}${mark}`);
  if (unmixed)
    return countsPart(summary, style, `, rate below ${upperBoundText(rateInterval(0, eligible).high)}${mark}`);
  return countsPart(summary, style, hasArms(summary) ? armRates(summary) : '');
}

function countsPart(summary: HuntSummary, style: Style, rate = ''): string {
  const { counts, runs } = summary;
  const found = (['fail', 'hang', 'masked', 'skip', 'invalid'] as const).filter((verdict) => counts[verdict] > 0);
  const text = found.map((verdict) => `${counts[verdict]} ${verdict}`).join(' ');
  if (counts.fail + counts.hang > 0) return style.bad(`${text}${rate}`);
  if (counts.masked > 0) return style.odd(`${text}${rate}`);
  if (eligibleRuns(counts) === 0) return runs === 0 ? '' : style.odd(text);
  return `${text === '' ? '' : `${text}, `}no failure${rate}`;
}

/** Of the base condition and of the best arm, by the failure they are compared by. */
function armRates(summary: HuntSummary): string {
  const { base, best } = foldArms(summary);
  const told = [base, best].filter((row) => row !== null);
  return told
    .map(({ stratum, rate }) => `, ${stratum.condition} ${rateText(rate)}${accelMark(summary.header)}`)
    .join('');
}

function failuresOf({ counts }: HuntSummary): number {
  return counts.fail + counts.hang > 0 ? counts.fail + counts.hang : counts.masked;
}

function bar(fraction: number, style: Style): string {
  const full = Math.floor(barWidth * Math.min(1, Math.max(0, fraction)));
  return style.barFull.repeat(full) + style.barEmpty.repeat(barWidth - full);
}

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}
