import type { HuntHeader } from '../model/hunt.ts';
import type { HuntState, HuntSummary } from '../model/summary.ts';
import { rateInterval } from '../stats/interval.ts';
import { eligibleRuns } from './fold-strata.ts';
import { upperBoundText } from './quantities.ts';

export interface NextCommand {
  command: string;
  why: string;
}

/** What a person would do next, the most useful first; each command can be pasted as it is. */
export function nextCommands(summary: HuntSummary, state: HuntState): NextCommand[] {
  const { header, counts, ended, signatures, reasons } = summary;
  const resume = `flakehunt run --resume ${header.id}`;
  const broken = ended === null || ended.reason === 'interrupted' || ended.reason === 'error';
  const later = { command: `flakehunt show ${header.id}`, why: 'again, a while later' };
  const goOn = state === 'running' ? [later] : broken ? [{ command: resume, why: 'goes on from there' }] : [];
  const [worst] = signatures;
  if (worst !== undefined)
    return [showRun(header.id, worst.firstRun, `whole output of run ${worst.firstRun}`), ...goOn];
  const [reason] = reasons;
  if (eligibleRuns(counts) === 0 && reason !== undefined) {
    const doctor = { command: 'flakehunt doctor', why: 'what this machine lacks, and what that costs' };
    const show = showRun(header.id, reason.firstRun, 'what the test said');
    return reason.verdict === 'invalid' ? [doctor, show] : [show, doctor];
  }
  return broken || eligibleRuns(counts) === 0 ? goOn : [longer(summary, resume), ...elsewhere(header)];
}

function showRun(hunt: string, run: number, why: string): NextCommand {
  return { command: `flakehunt show ${hunt}:${run}`, why };
}

/** Clean so far: ten times the runs, rounded up, would show a failure ten times rarer. */
function longer({ counts, runs }: HuntSummary, resume: string): NextCommand {
  const unit = 10 ** Math.floor(Math.log10(runs));
  const loops = 10 * unit * Math.ceil(runs / unit);
  const bound = upperBoundText(rateInterval(0, Math.floor((loops * eligibleRuns(counts)) / runs)).high);
  return { command: `${resume} --loops ${loops}`, why: `goes on; clean again, the rate is below ${bound}` };
}

/** The same command on other CPUs, unless it chose its CPUs itself. */
function elsewhere({ commandLine }: HuntHeader): NextCommand[] {
  const dashes = commandLine.indexOf('--');
  const own = dashes === -1 ? commandLine : commandLine.slice(0, dashes);
  if (own.some((word) => /^--(?:pin|resume)\b/.test(word))) return [];
  const words = [...own, '--pin', 'shuffle', ...commandLine.slice(own.length)];
  return [{ command: words.map(shellWord).join(' '), why: 'the same, each run on other CPUs: other races show' }];
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
