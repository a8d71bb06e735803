import type { NightCell } from '../../model/night.ts';
import type { Screen } from '../../model/settings.ts';
import { clip, safe } from '../display-text.ts';
import { durationText, plural } from '../quantities.ts';

/** What a night shows on standard error while it is on. */
export interface NightProgress {
  /** What is being done now. */
  doing(text: string): void;
  /** A cell as it is known now. */
  cell(cell: NightCell): void;
  /** Draws anew where it is time. @param nowMs of a monotonic clock */
  update(nowMs: number): void;
  /** Something the user should know, kept on the screen. */
  note(text: string): void;
  /** Removes the line from a terminal; may be called twice. */
  stop(): void;
}

type ProgressScreen = Pick<Screen, 'err' | 'errTty' | 'unicode' | 'columns'>;

const redrawMs = 250;
const linePeriodMs = 30_000;
const wipe = '\r\u001b[K';

/** A line that is redrawn where standard error is a terminal, a line every 30 s elsewhere; nothing for null. */
export function nightProgress(
  screen: ProgressScreen | null,
  { cells, startMs, budgetMs }: { cells: number; startMs: number; budgetMs: number },
): NightProgress {
  const seen = new Map<string, NightCell>();
  const period = screen?.errTty === true ? redrawMs : linePeriodMs;
  let nextMs = screen === null ? Number.POSITIVE_INFINITY : startMs + period;
  let doing = '';
  const line = (nowMs: number) => {
    const all = [...seen.values()];
    const failing = all.filter(({ counts }) => counts.fail + counts.hang + counts.masked > 0);
    const runs = all.reduce((sum, { counts }) => sum + Object.values(counts).reduce((a, b) => a + b, 0), 0);
    const time = `${durationText((nowMs - startMs) * 1000)} of ${durationText(budgetMs * 1000)}`;
    const found =
      failing.length === 0 ? 'none failed' : `${plural(new Set(failing.map(({ test }) => test)).size, 'test')} failed`;
    return `${time}, ${seen.size} of ${cells} begun, ${plural(runs, 'run')}, ${found}${doing === '' ? '' : `; ${doing}`}`;
  };
  return {
    doing(text) {
      doing = text;
    },
    cell(cell) {
      seen.set(`${cell.test}\0${cell.condition}`, cell);
    },
    update(nowMs) {
      if (screen === null || nowMs < nextMs) return;
      nextMs = nowMs + period;
      const text = safe(line(nowMs), screen.unicode);
      screen.err(
        screen.errTty ? `${wipe}${clip(text, screen.columns - 1, screen.unicode ? '…' : '...')}` : `${text}\n`,
      );
    },
    note(text) {
      if (screen === null) return;
      screen.err(`${screen.errTty ? wipe : ''}note: ${safe(text, screen.unicode)}\n`);
    },
    stop() {
      if (screen?.errTty === true && nextMs !== Number.POSITIVE_INFINITY) screen.err(wipe);
      nextMs = Number.POSITIVE_INFINITY;
    },
  };
}
