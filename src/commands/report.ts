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
import { extensions, type Form, type Reported, type ReportFlags, writeReports } from './write-reports.ts';

export interface ReportOptions extends ReportFlags {
  /** Hunts, bisects and nights; none is the last hunt. */
  targets: readonly string[];
}

/**
 * `flakehunt report`: hunts, bisects and nights as pages to look at, or in a form that CI reads.
 * @throws UsageError for an unknown hunt or bisect, where no form is named, and where several would be one file.
 */
export async function report({ targets, ...flags }: ReportOptions, context: CommandContext): Promise<ExitCode> {
  const named = Object.keys(flags).some((name) => name !== 'junitFlavour');
  if (!named && context.screen.tty) {
    throw new UsageError('Name what is to be written, and where: `flakehunt report --html report.html`.');
  }
  const wanted = named ? flags : { html: '-' };
  if (targets.length > 1) mustBeApart(wanted, targets.length);
  const asked = targets.length === 0 ? ['last'] : targets;
  const places = await Promise.all(asked.map((target) => findShown(context.settings.paths, target)));
  for (const place of places) {
    await writeReports(withId(wanted, place.id), await readReported(place, context), context);
  }
  return ExitCode.ok;
}

/** In the name of a file it stands for the id of what is told in it. */
const idMark = '{id}';

/** @throws UsageError where several reports would be written to one place */
function mustBeApart(flags: ReportFlags, count: number): void {
  for (const [form, path] of Object.entries(flags)) {
    if (form === 'junitFlavour' || String(path).includes(idMark)) continue;
    throw new UsageError(
      `${count} reports cannot all go to ${path === '-' ? 'standard output' : path}: write ${idMark} where each file has its id, as in \`--${form} ${idMark}.${extensions[form as Form]}\`.`,
    );
  }
}

function withId(flags: ReportFlags, id: string): ReportFlags {
  return Object.fromEntries(Object.entries(flags).map(([form, path]) => [form, String(path).replaceAll(idMark, id)]));
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
