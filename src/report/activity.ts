import type { Screen } from '../model/settings.ts';
import { clip, safe } from './display-text.ts';

/** One line that says what is being waited for before the first run: cloning, configuring, building. */
export interface ActivityLine {
  show(text: string): void;
  /** Removes the line from a terminal; lines elsewhere stay. */
  clear(): void;
}

/** On standard error: one line that is rewritten on a terminal, a line each elsewhere, nothing for `null`. */
export function activityLine(screen: Pick<Screen, 'err' | 'errTty' | 'columns' | 'unicode'> | null): ActivityLine {
  if (screen === null) return { show: () => undefined, clear: () => undefined };
  const { err, errTty, columns, unicode } = screen;
  const wipe = '\r\u001b[K';
  let shown = '';
  return {
    show(text) {
      if (text === shown) return;
      const line = safe(text, unicode);
      err(errTty ? `${wipe}${clip(line, columns - 1, unicode ? '…' : '...')}` : `${line}\n`);
      shown = text;
    },
    clear() {
      if (errTty && shown !== '') err(wipe);
      shown = '';
    },
  };
}
