import type { BisectSummary, ConfirmSummary } from '../../model/bisect.ts';
import type { Screen } from '../../model/settings.ts';
import { safe } from '../display-text.ts';
import { prose } from '../labelled.ts';
import type { Appearance } from '../style.ts';
import { progressOfBisect, progressOfConfirm } from './bisect-progress-line.ts';

/** What is shown on standard error meanwhile. `nowMs` is a monotonic clock; `update` may be called as often as one likes. */
export interface LineProgress<Summary> {
  start(summary: Summary, nowMs: number): void;
  update(summary: Summary, nowMs: number): void;
  /** Something the user should know, kept on the screen. */
  note(text: string): void;
  /** Removes the line from a terminal; may be called twice. */
  stop(): void;
}

type ProgressScreen = Pick<Screen, 'err' | 'errTty' | 'color' | 'unicode' | 'columns'>;
/** Only its width, which changes as the window does. */
type Window = { columns?: number };
type LineOf<Summary> = (summary: Summary, elapsedMs: number, screen: Appearance) => string;

export function createBisectProgress(
  screen: ProgressScreen,
  window: Window = process.stderr,
): LineProgress<BisectSummary> {
  return lineProgress(progressOfBisect, screen, window);
}

export function createConfirmProgress(
  screen: ProgressScreen,
  window: Window = process.stderr,
): LineProgress<ConfirmSummary> {
  return lineProgress(progressOfConfirm, screen, window);
}

const redrawMs = 250;
const linePeriodMs = 30_000;
const wipe = '\r\u001b[K';

/** A line that is redrawn where standard error is a terminal, a line every 30 s elsewhere. */
function lineProgress<Summary extends { spent: { seconds: number } }>(
  lineOf: LineOf<Summary>,
  screen: ProgressScreen,
  window: Window,
): LineProgress<Summary> {
  const { err, errTty, color, unicode } = screen;
  const period = errTty ? redrawMs : linePeriodMs;
  let startMs = 0;
  let nextMs = Number.POSITIVE_INFINITY;
  let shown = '';
  // One column stays free for the cursor.
  const columns = () => (errTty ? (window.columns ?? screen.columns) - 1 : Number.POSITIVE_INFINITY);
  const draw = (summary: Summary, nowMs: number) => {
    nextMs = nowMs + period;
    const line = lineOf(summary, nowMs - startMs, { color, unicode, columns: columns() });
    if (!errTty) err(`${line}\n`);
    else if (line !== shown) err(`${wipe}${line}`);
    shown = line;
  };
  return {
    start(summary, nowMs) {
      startMs = nowMs - 1000 * summary.spent.seconds;
      nextMs = nowMs + period;
      if (errTty) draw(summary, nowMs);
    },
    update(summary, nowMs) {
      if (nowMs >= nextMs) draw(summary, nowMs);
    },
    note(text) {
      const line = `note: ${safe(text, unicode)}`;
      if (!errTty) {
        err(`${line}\n`);
        return;
      }
      err(`${wipe}${prose(line, columns(), 0).join('\n')}\n${shown}`);
    },
    stop() {
      if (errTty && shown !== '') err(wipe);
      shown = '';
      nextMs = Number.POSITIVE_INFINITY;
    },
  };
}
