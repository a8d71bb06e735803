import type { BootRecord } from '../model/engine.ts';
import type { BootSummary } from '../model/summary.ts';

/** How often guests booted, and how long that took. */
export class BootFold {
  readonly #times: number[] = [];
  /** Paths in the artifact folder; a guest that boots again may have another. */
  readonly #consoles = new Set<string>();

  add({ ms, console }: BootRecord): void {
    this.#times.push(ms);
    this.#consoles.add(console);
  }

  /** Null before the first boot. */
  summary(): BootSummary | null {
    const sorted = [...this.#times].sort((a, b) => a - b);
    const slowest = sorted.at(-1);
    if (slowest === undefined) return null;
    const [low = 0, high = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
    return { count: sorted.length, medianMs: (low + high) / 2, slowestMs: slowest, consoles: [...this.#consoles] };
  }
}
