import { ExitCode, UsageError } from '../errors.ts';
import type { CommandContext, Screen } from '../model/settings.ts';
import { renderHeader } from '../report/header.ts';
import { resultJson } from '../report/json.ts';
import { renderResult } from '../report/result.ts';
import { findHunt } from '../store/find-hunt.ts';
import { artifactFolder } from '../store/hunt-folder.ts';
import { isLocked } from '../store/hunt-lock.ts';
import { parseTarget } from '../store/hunt-target.ts';
import { huntState } from '../store/list-hunts.ts';
import { readHunt } from '../store/read-hunt.ts';
import { showRun } from './show-run.ts';
import { summarise } from './summarise.ts';

export interface ShowOptions {
  /** HUNT or HUNT:RUN; undefined is the last hunt. */
  target: string | undefined;
  json?: boolean;
  raw?: boolean;
}

/**
 * Shows a hunt as it was when it ended, as it stands while it runs, or one of its runs.
 * @throws UsageError for an unknown hunt or run.
 */
export async function show(options: ShowOptions, context: CommandContext): Promise<ExitCode> {
  const { settings, screen } = context;
  const { hunt, run } = parseTarget(options.target);
  if (run === null && options.raw === true) {
    throw new UsageError(
      `--raw prints the output of one run, and "${options.target ?? 'last'}" is a whole hunt. Name the run: HUNT:RUN, for example ${hunt}:1.`,
    );
  }
  const { dir } = await findHunt(settings.paths, hunt);
  if (run !== null) await showRun(dir, run, options, screen);
  else await showHunt(dir, options, screen);
  return ExitCode.ok;
}

async function showHunt(dir: string, { json }: ShowOptions, screen: Screen): Promise<void> {
  const locked = isLocked(dir);
  const summary = await summarise(readHunt(dir));
  const state = huntState(locked, summary.ended !== null);
  const kept = { dir, artifactDir: artifactFolder(dir), state };
  if (json === true) screen.out(resultJson(summary, kept));
  else screen.out(`${renderHeader(summary.header, screen)}\n${renderResult(summary, kept, screen, 'full')}`);
}
