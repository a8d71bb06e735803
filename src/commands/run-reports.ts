import { UsageError } from '../errors.ts';
import type { SessionEnd } from '../hunt/hunt-session.ts';
import type { CommandContext } from '../model/settings.ts';
import { huntHtml } from '../report/html/hunt-html.ts';
import { nightOfHunt } from '../report/night/night-of-hunt.ts';
import type { RunFlags } from './run-request.ts';
import { checkReports, type ReportFlags, writeReports } from './write-reports.ts';

/** Before a hunt: whether its reports can be written. @throws UsageError when not */
export function checkRunReports(flags: RunFlags, context: CommandContext): void {
  const toOutput = (['report', 'junit'] as const).find((name) => flags[name] === '-');
  if (toOutput !== undefined) {
    throw new UsageError(
      `--${toOutput} - would mix with the result of the hunt: name a file, or print it afterwards with \`flakehunt report\`.`,
    );
  }
  checkReports(reportFlags(flags), context, '--report');
}

/** After a hunt. @throws EnvironmentError when a file cannot be written */
export async function writeRunReports(flags: RunFlags, end: SessionEnd, context: CommandContext): Promise<void> {
  const { summary, dir, artifactDir } = end;
  const reported = {
    night: nightOfHunt(summary),
    html: () => huntHtml(summary, { dir, artifactDir, state: 'ended' as const }),
  };
  await writeReports(reportFlags(flags), reported, context);
}

function reportFlags({ report, junit }: RunFlags): ReportFlags {
  return { ...(report === undefined ? {} : { html: report }), ...(junit === undefined ? {} : { junit }) };
}
