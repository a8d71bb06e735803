import { MultiBar } from 'cli-progress';
import type { Screen } from '../model/settings.ts';
import type { HuntSummary } from '../model/summary.ts';
import { safe } from './display-text.ts';
import { prose } from './labelled.ts';
import { progressLine, progressText } from './progress-line.ts';

/** What a running hunt shows on standard error. `nowMs` is a monotonic clock; call `update` a few times a second. */
export interface Progress {
  start(summary: HuntSummary, nowMs: number): void;
  update(summary: HuntSummary, nowMs: number): void;
  /** Something the user should know, kept on the screen. */
  note(text: string): void;
  /** Gives the terminal back; may be called twice. */
  stop(): void;
}

type ProgressScreen = Pick<Screen, 'err' | 'errTty' | 'color' | 'unicode' | 'columns'>;

/** A line that is redrawn where standard error is a terminal, a line every 30 s elsewhere. */
export function createProgress(screen: ProgressScreen, stream: NodeJS.WriteStream = process.stderr): Progress {
  return screen.errTty ? new RedrawnLine(screen, stream) : new LineNowAndThen(screen);
}

const redrawsPerSecond = 4;
const linePeriodMs = 30_000;

interface Shown {
  summary: HuntSummary;
  elapsedMs: number;
}

class RedrawnLine implements Progress {
  readonly #screen: ProgressScreen;
  readonly #stream: NodeJS.WriteStream;
  readonly #multi: MultiBar;
  /** However the process ends, the terminal gets its cursor back. */
  readonly #onExit = () => this.stop();
  #bar: ReturnType<MultiBar['create']> | null = null;
  #startMs = 0;

  constructor(screen: ProgressScreen, stream: NodeJS.WriteStream) {
    this.#screen = screen;
    this.#stream = stream;
    this.#multi = new MultiBar({
      stream,
      fps: redrawsPerSecond,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      format: (_options, _params, shown: Shown) => progressLine(shown.summary, shown.elapsedMs, this.#appearance()),
    });
  }

  start(summary: HuntSummary, nowMs: number): void {
    this.#startMs = nowMs - summary.elapsedMs;
    this.#bar = this.#multi.create(1, 0, this.#shown(summary, nowMs));
    process.once('exit', this.#onExit);
  }

  update(summary: HuntSummary, nowMs: number): void {
    this.#bar?.update(0, this.#shown(summary, nowMs));
  }

  note(text: string): void {
    const line = `note: ${safe(text, this.#screen.unicode)}`;
    if (this.#bar === null) {
      this.#screen.err(`${line}\n`);
      return;
    }
    // The terminal does not wrap lines while the bar is on.
    this.#multi.log(`${prose(line, this.#appearance().columns, 0).join('\n')}\n`);
    this.#multi.update();
  }

  stop(): void {
    if (this.#bar === null) return;
    this.#bar = null;
    this.#multi.stop();
    process.removeListener('exit', this.#onExit);
  }

  #shown(summary: HuntSummary, nowMs: number): Shown {
    return { summary, elapsedMs: nowMs - this.#startMs };
  }

  /** Asked anew for every redraw: the window may have been resized. One column stays free for the cursor. */
  #appearance(): Pick<Screen, 'columns' | 'color' | 'unicode'> {
    const { color, unicode, columns } = this.#screen;
    return { color, unicode, columns: (this.#stream.columns ?? columns) - 1 };
  }
}

class LineNowAndThen implements Progress {
  readonly #screen: ProgressScreen;
  #startMs = 0;
  #nextMs = Number.POSITIVE_INFINITY;

  constructor(screen: ProgressScreen) {
    this.#screen = screen;
  }

  start(summary: HuntSummary, nowMs: number): void {
    this.#startMs = nowMs - summary.elapsedMs;
    this.#nextMs = nowMs + linePeriodMs;
  }

  update(summary: HuntSummary, nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + linePeriodMs;
    this.#screen.err(`${progressText(summary, nowMs - this.#startMs, this.#screen.unicode)}\n`);
  }

  note(text: string): void {
    this.#screen.err(`note: ${safe(text, this.#screen.unicode)}\n`);
  }

  stop(): void {
    this.#nextMs = Number.POSITIVE_INFINITY;
  }
}
