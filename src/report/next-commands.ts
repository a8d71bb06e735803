import type { HuntHeader } from '../model/hunt.ts';
import type { HuntState, HuntSummary } from '../model/summary.ts';
import { rateInterval } from '../stats/interval.ts';
import { hasArms } from './fold-arms.ts';
import { eligibleRuns } from './fold-strata.ts';
import { guestFlags } from './guest-facts.ts';
import { upperBoundText } from './quantities.ts';
import { isKnownByTree } from './run-command.ts';
import { shellWord } from './shell-word.ts';
import { worstSignature } from './worst-signature.ts';

export interface NextCommand {
  command: string;
  why: string;
}

/** What a person would do next, the most useful first; each command can be pasted as it is. */
export function nextCommands(summary: HuntSummary, state: HuntState): NextCommand[] {
  const { header, counts, ended, reasons } = summary;
  const resume = `flakehunt run --resume ${header.id}`;
  const broken = ended === null || ended.reason === 'interrupted' || ended.reason === 'error';
  const later = { command: `flakehunt show ${header.id}`, why: 'again, a while later' };
  const goOn = state === 'running' ? [later] : broken ? [{ command: resume, why: 'goes on from there' }] : [];
  const worst = worstSignature(summary);
  if (worst !== null) {
    const { firstRun } = worst;
    // Its section tells already how to run it again.
    return [showRun(header.id, firstRun, `whole output of run ${firstRun}`), ...bisection(header), ...goOn];
  }
  const [reason] = reasons;
  if (eligibleRuns(counts) === 0 && reason !== undefined) {
    const doctor = { command: 'flakehunt doctor', why: 'what this machine lacks, and what that costs' };
    const show = showRun(header.id, reason.firstRun, 'what the test said');
    return reason.verdict === 'invalid' ? [doctor, show] : [show, doctor];
  }
  return broken || eligibleRuns(counts) === 0 ? goOn : [longer(summary, resume), ...otherwise(summary)];
}

/** Where the test was built of a commit, its history can be searched. */
function bisection(header: HuntHeader): NextCommand[] {
  const { revision, build, test, suite, suiteDefinition, argv } = header;
  const { tree, commit, name } = revision;
  if (tree === null || commit === null || build === null || name === 'worktree') return [];
  const args = argv.slice(suiteDefinition.command.length);
  const words = [
    ...['flakehunt', 'bisect', test, '--tree', tree, '--bad', commit.slice(0, 12)],
    ...(isKnownByTree(suite) ? [] : ['--suite', suite]),
    ...guestFlags(header),
    ...(args.length === 0 ? [] : ['--', ...args]),
  ];
  return [{ command: words.map(shellWord).join(' '), why: 'which commit brought it, or fixed it since' }];
}

/** Clean so far: ten times the runs, rounded up, would show a failure ten times rarer. */
function longer(summary: HuntSummary, resume: string): NextCommand {
  const { counts, runs } = summary;
  const unit = 10 ** Math.floor(Math.log10(runs));
  const loops = 10 * unit * Math.ceil(runs / unit);
  const command = `${resume} --loops ${loops}`;
  if (hasArms(summary)) return { command, why: 'goes on, ten times as long' };
  const bound = upperBoundText(rateInterval(0, Math.floor((loops * eligibleRuns(counts)) / runs)).high);
  return { command, why: `goes on; clean again, the rate is below ${bound}` };
}

/** Flags that say under which conditions a hunt runs, or that it is another one's continuation. */
const chosen = /^--(?:pin|noise|chaos|quota|preempt|strategy|resume)\b/;

/** What else could make it fail, unless the user chose that himself. */
function otherwise(summary: HuntSummary): NextCommand[] {
  const { commandLine } = summary.header;
  const dashes = commandLine.indexOf('--');
  const own = dashes === -1 ? commandLine : commandLine.slice(0, dashes);
  if (own.some((word) => chosen.test(word))) return [];
  const command = (...flags: string[]) => [...own, ...flags, ...commandLine.slice(own.length)].map(shellWord).join(' ');
  return [
    hasArms(summary)
      ? { command: command('--pin', 'shuffle'), why: 'the same, each run on other CPUs: other races show' }
      : { command: command('--strategy', 'auto'), why: 'the same, provoked in every way there is' },
  ];
}

function showRun(hunt: string, run: number, why: string): NextCommand {
  return { command: `flakehunt show ${hunt}:${run}`, why };
}
