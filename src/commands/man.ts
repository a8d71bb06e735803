import type { Command } from 'commander';
import { ExitCode } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { manPage } from '../report/man-page.ts';

/** `flakehunt man`: the manual page, in roff. */
export function man(program: Command, { version, screen }: Pick<CommandContext, 'version' | 'screen'>): ExitCode {
  const date = new Date().toISOString().slice(0, 10);
  screen.out(manPage(program, { version, date }));
  return ExitCode.ok;
}
