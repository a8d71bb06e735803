import type { HaltRecord } from '../model/engine.ts';
import type { Outcome } from '../model/outcome.ts';
import { safe } from './display-text.ts';
import { prose, widestReading } from './labelled.ts';
import { type Appearance, styleOf } from './style.ts';

/** What a user sees in gdb, before gdb speaks. */
export function haltText(halt: HaltRecord, words: string | null, screen: Appearance): string {
  const { run, thread, at } = halt;
  const doing = {
    output: words === null ? 'is about to write' : `is about to write "${words}"`,
    exit: 'is about to exit with a failing status',
    abort: 'is about to abort',
  }[at];
  return paragraph(
    `Run ${run} stands still where it fails: thread ${thread} ${doing}. Its time limit is suspended while you look; leaving gdb ends the run.`,
    screen,
  );
}

export function coreText(core: string, screen: Appearance): string {
  return paragraph(
    `The run crashed. gdb looks at its core dump ${core}, which goes when you leave; \`generate-core-file\` does not work here, so copy it if you want to keep it.`,
    screen,
  );
}

/** Why there is nothing for gdb to look at; null where there is no need to say more. */
export function missedText({ ending, stacks }: Pick<Outcome, 'ending' | 'stacks'>, screen: Appearance): string | null {
  if (ending.kind === 'timeout') {
    const found = (stacks ?? '').trimEnd().split('\n');
    const lines = found.map((line) => `${safe(line, screen.unicode)}\n`).join('');
    return paragraph('The run hung, so it came to no place to stop at. When the time limit struck:', screen) + lines;
  }
  if (ending.kind !== 'signal') return null;
  return paragraph(
    'The run was killed by a signal and left no core dump. Dumps are made of tests that run in a folder of their own, where the core pattern allows it (`flakehunt doctor`); a command is best started in gdb itself.',
    screen,
  );
}

function paragraph(text: string, screen: Appearance): string {
  const { unicode } = styleOf(screen);
  const lines = prose(safe(text, unicode), Math.min(screen.columns, widestReading), 0);
  return `${lines.join('\n')}\n\n`;
}
