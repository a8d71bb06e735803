import { ExitCode, UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { bisectHtml } from '../report/html/bisect-html.ts';
import { huntHtml } from '../report/html/hunt-html.ts';
import { nightOfHunt } from '../report/night/night-of-hunt.ts';
import { artifactFolder } from '../store/hunt-folder.ts';
import { isLocked } from '../store/hunt-lock.ts';
import { huntState } from '../store/list-hunts.ts';
import { readHunt } from '../store/read-hunt.ts';
import { findShown, type Shown } from './find-shown.ts';
import { reportedNight } from './nightly-reports.ts';
import { readNightReport } from './read-night.ts';
import { summarise } from './summarise.ts';
import { summariseBisect } from './summarise-bisect.ts';
import { type Reported, type ReportFlags, writeReports } from './write-reports.ts';

export interface ReportOptions extends ReportFlags {
  /** A hunt, a bisect or a night; undefined is the last hunt. */
  target: string | undefined;
}

/**
 * `flakehunt report`: a hunt, a bisect or a night as a page to look at, or in a form that CI reads.
 * @throws UsageError for an unknown hunt or bisect, and where no form is named.
 */
export async function report({ target = 'last', ...flags }: ReportOptions, context: CommandContext): Promise<ExitCode> {
  const named = Object.keys(flags).some((name) => name !== 'junitFlavour');
  if (!named && context.screen.tty) {
    throw new UsageError('Name what is to be written, and where: `flakehunt report --html report.html`.');
  }
  const reported = await readReported(await findShown(context.settings.paths, target), context);
  await writeReports(named ? flags : { html: '-' }, reported, context);
  return ExitCode.ok;
}

/** What is kept under a name, ready to be told. */
async function readReported({ kind, dir }: Shown, context: CommandContext): Promise<Reported> {
  if (kind === 'night') return reportedNight(await readNightReport(dir, context), context);
  if (kind === 'bisect') {
    const { summary } = await summariseBisect(dir);
    return { night: null, html: () => bisectHtml(summary) };
  }
  const locked = isLocked(dir);
  const summary = await summarise(readHunt(dir));
  const kept = { dir, artifactDir: artifactFolder(dir), state: huntState(locked, summary.ended !== null) };
  return { night: nightOfHunt(summary), html: () => huntHtml(summary, kept) };
}
