import { appendFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import type { BisectSummary } from '../model/bisect.ts';
import type { NightReport } from '../model/night.ts';
import type { CommandContext } from '../model/settings.ts';
import { githubAnnotations, githubSummary } from '../report/formats/github.ts';
import { nightHtml } from '../report/html/night-html.ts';
import { findBisect } from '../store/bisect-log.ts';
import type { NightlyFlags } from './nightly-request.ts';
import { summariseBisect } from './summarise-bisect.ts';
import { checkReports, type Reported, type ReportFlags, writeReports } from './write-reports.ts';

const names = ['report', 'junit', 'ctrf', 'ktap', 'ndjson', 'markdown'] as const;

/** Before a night: whether its reports can be written. @throws UsageError when not */
export function checkNightReports(flags: NightlyFlags, context: CommandContext): void {
  const toOutput = names.find((name) => flags[name] === '-');
  if (toOutput !== undefined) {
    throw new UsageError(
      `--${toOutput} - would mix with the result of the night: name a file, or print it afterwards with \`flakehunt report\`.`,
    );
  }
  checkReports(reportFlags(flags), context, '--report');
}

/** The files that were asked for. @throws EnvironmentError */
export async function writeNightFiles(
  flags: NightlyFlags,
  report: NightReport,
  context: CommandContext,
): Promise<void> {
  await writeReports(reportFlags(flags), reportedNight(report, context), context);
}

/** After a night: the files, and what GitHub shows beside its log. @throws EnvironmentError */
export async function writeNightReports(
  flags: NightlyFlags,
  report: NightReport,
  context: CommandContext,
): Promise<void> {
  await writeNightFiles(flags, report, context);
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = context.settings.env;
  if (GITHUB_ACTIONS !== 'true') return;
  // GitHub reads its commands from standard error as well, where they are in nobody's JSON.
  context.screen.err(githubAnnotations(report));
  if (GITHUB_STEP_SUMMARY) await addSummary(GITHUB_STEP_SUMMARY, report, context);
}

/** A summary that cannot be written makes no night fail. */
async function addSummary(path: string, report: NightReport, { screen }: CommandContext): Promise<void> {
  try {
    await appendFile(path, githubSummary(report));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    screen.err(`flakehunt: note: the step summary ${path} cannot be written (${code})\n`);
  }
}

/** A night, ready to be told in every form. */
export function reportedNight(report: NightReport, context: CommandContext): Reported {
  return { night: report, html: async () => await nightHtml(report, await bisectsOf(report, context)) };
}

async function bisectsOf({ bisects = [] }: NightReport, { settings }: CommandContext): Promise<BisectSummary[]> {
  const found: BisectSummary[] = [];
  for (const { bisect } of bisects) {
    if (bisect === null) continue;
    try {
      found.push((await summariseBisect(findBisect(settings.paths, bisect).dir)).summary);
    } catch (error) {
      // It was removed since.
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return found;
}

function reportFlags({ report, junitFlavour, ...flags }: NightlyFlags): ReportFlags {
  const others = names
    .slice(1)
    .flatMap((name) => (flags[name as 'junit'] === undefined ? [] : [[name, flags[name as 'junit']]]));
  return {
    ...(Object.fromEntries(others) as ReportFlags),
    ...(report === undefined ? {} : { html: report }),
    ...(junitFlavour === undefined ? {} : { junitFlavour }),
  };
}
