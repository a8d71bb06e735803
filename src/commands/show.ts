import { ExitCode, UsageError } from '../errors.ts';
import { bisectExitCode } from '../hunt/bisect/bisect-exit-code.ts';
import type { CommandContext, Screen } from '../model/settings.ts';
import { renderBisectHeader } from '../report/bisect/bisect-header.ts';
import { bisectJson } from '../report/bisect/bisect-json.ts';
import { renderBisect } from '../report/bisect/bisect-result.ts';
import { renderHeader } from '../report/header.ts';
import { resultJson } from '../report/json.ts';
import { nightJson } from '../report/night/night-json.ts';
import { renderNight } from '../report/night/night-text.ts';
import { renderResult } from '../report/result.ts';
import { artifactFolder } from '../store/hunt-folder.ts';
import { isLocked } from '../store/hunt-lock.ts';
import { parseTarget } from '../store/hunt-target.ts';
import { huntState } from '../store/list-hunts.ts';
import { readHunt } from '../store/read-hunt.ts';
import { findShown } from './find-shown.ts';
import { readNightReport } from './read-night.ts';
import { showRun } from './show-run.ts';
import { summarise } from './summarise.ts';
import { summariseBisect } from './summarise-bisect.ts';

export interface ShowOptions {
  /** HUNT or HUNT:RUN; undefined is the last hunt. */
  target: string | undefined;
  json?: boolean;
  raw?: boolean;
}

/**
 * Shows a hunt, a bisect or a night as it was when it ended, as it stands while it runs, or one run of a hunt.
 * @throws UsageError for an unknown hunt, bisect or run.
 */
export async function show(options: ShowOptions, context: CommandContext): Promise<ExitCode> {
  const { settings, screen } = context;
  const { hunt, run } = parseTarget(options.target);
  if (run === null && options.raw === true) {
    throw new UsageError(
      `--raw prints the output of one run, and "${options.target ?? 'last'}" is a whole hunt. Name the run: HUNT:RUN, for example ${hunt}:1.`,
    );
  }
  const found = await findShown(settings.paths, hunt);
  if (found.kind === 'bisect' && run !== null) {
    throw new UsageError(
      `${found.id} is a bisect; its runs are in the hunts in ${found.dir}/hunts. Show one by its path.`,
    );
  }
  if (found.kind === 'night' && run !== null) {
    throw new UsageError(
      `${found.id} is a night; its runs are in its hunts, which \`flakehunt show ${found.id} --json\` names.`,
    );
  }
  if (found.kind === 'night') await showNight(found.dir, options, context);
  else if (found.kind === 'bisect') await showBisect(found.dir, options, screen);
  else if (run !== null) await showRun(found.dir, run, options, screen);
  else await showHunt(found.dir, options, screen);
  return ExitCode.ok;
}

async function showNight(dir: string, { json }: ShowOptions, context: CommandContext): Promise<void> {
  const report = await readNightReport(dir, context);
  context.screen.out(
    json === true ? nightJson(report, report.ended?.exitCode ?? null) : renderNight(report, context.screen),
  );
}

async function showBisect(dir: string, { json }: ShowOptions, screen: Screen): Promise<void> {
  const { summary, timeMs } = await summariseBisect(dir);
  const { header, rows, distinctBuilds, outcome } = summary;
  const exitCode = outcome === null ? null : bisectExitCode(outcome);
  if (json === true) screen.out(bisectJson(summary, { dir }, exitCode));
  else {
    const scope = { commits: Math.max(0, rows.length - 1), distinctBuilds, timeMs };
    screen.out(`${renderBisectHeader(header, scope, screen)}\n${renderBisect(summary, { dir }, screen)}`);
  }
}

async function showHunt(dir: string, { json }: ShowOptions, screen: Screen): Promise<void> {
  const locked = isLocked(dir);
  const summary = await summarise(readHunt(dir));
  const state = huntState(locked, summary.ended !== null);
  const kept = { dir, artifactDir: artifactFolder(dir), state };
  if (json === true) screen.out(resultJson(summary, kept));
  else screen.out(`${renderHeader(summary.header, screen)}\n${renderResult(summary, kept, screen, 'full')}`);
}
