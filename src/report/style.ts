import { Chalk } from 'chalk';
import type { Screen } from '../model/settings.ts';

/** How a screen looks: what the renderers of this room need to know of it. */
export type Appearance = Pick<Screen, 'columns' | 'color' | 'unicode'>;

type Paint = (text: string) => string;

/**
 * The whole palette. Only what the terminal's own theme keeps readable on a light and on a dark ground is used: no yellow,
 * no grey, nothing dim. Colour never says anything that the words do not say too.
 */
export interface Style {
  strong: Paint;
  /** Fails, hangs. */
  bad: Paint;
  /** Masked, invalid: wrong in another way. */
  odd: Paint;
  good: Paint;
  /** Something to type. */
  command: Paint;
  ellipsis: string;
  barFull: string;
  barEmpty: string;
  unicode: boolean;
}

export function styleOf({ color, unicode }: Pick<Appearance, 'color' | 'unicode'>): Style {
  // The 16 colours of the theme: a light one makes its cyan and green dark.
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    strong: chalk.bold,
    bad: chalk.red,
    odd: chalk.magenta,
    good: chalk.green,
    command: chalk.cyan,
    ellipsis: unicode ? '…' : '...',
    barFull: unicode ? '━' : '#',
    barEmpty: unicode ? '─' : '-',
    unicode,
  };
}
