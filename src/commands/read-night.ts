import { basename } from 'node:path';
import { nightReport } from '../hunt/nightly/night-report.ts';
import type { History } from '../model/history.ts';
import type { NightReport } from '../model/night.ts';
import type { CommandContext } from '../model/settings.ts';
import { foldNight } from '../store/fold-night.ts';
import { openHistory } from '../store/history.ts';
import { readNight } from '../store/night-log.ts';

/** A night that is kept, beside those before it. @throws EnvironmentError when its log cannot be read */
export async function readNightReport(dir: string, context: CommandContext): Promise<NightReport> {
  const note = (text: string) => context.screen.err(`flakehunt: note: ${text}\n`);
  const history = await openHistory(context.settings.paths, { note });
  try {
    return await nightBeside(dir, history, context);
  } finally {
    history.close();
  }
}

/** The same, where the history is open already. */
export async function nightBeside(
  dir: string,
  history: Pick<History, 'cells'>,
  { settings }: CommandContext,
): Promise<NightReport> {
  const read = await foldNight(readNight(dir));
  // The folder's name is what it is found by, as in the history.
  const record = { ...read, header: { ...read.header, id: basename(dir) } };
  return nightReport(record, history, { quarantine: settings.quarantine, failOn: null });
}
