import { guestFlags } from './guest-facts.ts';
import type { ReplayedView } from './replay.ts';
import { nothingLearned } from './replay-headline.ts';
import { replayHere } from './reproduce.ts';
import { shellWord } from './shell-word.ts';

export interface NextReplay {
  command: string;
  why: string;
}

/** What a person would do after a replay; each command can be pasted as it is. */
export function nextReplays(view: ReplayedView): NextReplay[] {
  const { failures, failedRun, hunt, guest, commandLine } = view;
  const asked = (flag: string) => own(commandLine).includes(flag);
  const gdb = { command: again(view, '--gdb'), why: 'stops where it fails, in gdb' };
  const strace = { command: again(view, '--strace'), why: 'the system calls of a run, in a file' };
  const longer = { command: again(view, '--until-fail'), why: 'until it fails, up to 1000 runs' };
  // Neither looks into a guest.
  if (guest !== null && (failures > 0 || failedRun !== null)) return [];
  if (failures > 0 || failedRun !== null)
    return [...(asked('--gdb') ? [] : [gdb]), ...(asked('--strace') ? [] : [strace])];
  if (nothingLearned(view)) return otherwise(view);
  if (!asked('--until-fail') && !asked('--gdb')) return [longer];
  return hunt === null ? [] : [{ command: `flakehunt show ${hunt.id}:${hunt.run}`, why: 'what it said in the hunt' }];
}

/** More runs like these would tell no more. */
function otherwise({ hunt, summary, commandLine }: ReplayedView): NextReplay[] {
  const misfit = summary.outcomes.some(({ ending }) => ending.kind === 'unfit');
  if (misfit && hunt === null) {
    const plain = withCondition(commandLine, 'plain');
    return [{ command: plain, why: 'without what does not go together with it' }];
  }
  const doctor = { command: 'flakehunt doctor', why: 'what this machine lacks, and what that costs' };
  const show = (id: string, run: number) => ({
    command: `flakehunt show ${id}:${run}`,
    why: 'what it said in the hunt',
  });
  return [...(misfit ? [] : [doctor]), ...(hunt === null ? [] : [show(hunt.id, hunt.run)])];
}

/** The same replay under another condition. */
function withCondition(commandLine: string[], condition: string): string {
  const words = own(commandLine).map((word, i, all) => {
    if (word.startsWith('--condition=')) return `--condition=${condition}`;
    return all[i - 1] === '--condition' ? condition : word;
  });
  return [...words, ...commandLine.slice(words.length)].map(shellWord).join(' ');
}

/** The same replay with another flag. */
function again({ hunt, guest, commandLine }: ReplayedView, flag: string): string {
  const words = own(commandLine);
  if (hunt !== null) {
    // Said by flags, it may be another than the hunt's.
    const isFlagged = words.some((word) => /^--kernel(?:=|$)/.test(word));
    const place = !isFlagged ? [] : guest === null ? ['--kernel', 'host'] : guestFlags({ guest });
    return [replayHere(hunt, hunt.run), flag, ...place.map(shellWord)].join(' ');
  }
  const kept = words.filter((word, i) => !ways.test(word) && words[i - 1] !== '--times');
  return [...kept, flag, ...commandLine.slice(words.length)].map(shellWord).join(' ');
}

/** Flags that say how often it is run, and what is done with it. */
const ways = /^--(?:times(?:=.*)?|until-fail|gdb|strace)$/;

/** The words before the test's. */
function own(commandLine: string[]): string[] {
  const dashes = commandLine.indexOf('--');
  return dashes === -1 ? commandLine : commandLine.slice(0, dashes);
}
