import type { ReplayedView } from './replay.ts';
import { replayHere } from './reproduce.ts';
import { shellWord } from './shell-word.ts';

export interface NextReplay {
  command: string;
  why: string;
}

/** What a person would do after a replay; each command can be pasted as it is. */
export function nextReplays(view: ReplayedView): NextReplay[] {
  const { failures, failedRun, hunt, commandLine } = view;
  const asked = (flag: string) => own(commandLine).includes(flag);
  const gdb = { command: again(view, '--gdb'), why: 'stops where it fails, in gdb' };
  const strace = { command: again(view, '--strace'), why: 'the system calls of a run, in a file' };
  const longer = { command: again(view, '--until-fail'), why: 'until it fails, up to 1000 runs' };
  if (failures > 0 || failedRun !== null)
    return [...(asked('--gdb') ? [] : [gdb]), ...(asked('--strace') ? [] : [strace])];
  if (!asked('--until-fail') && !asked('--gdb')) return [longer];
  return hunt === null ? [] : [{ command: `flakehunt show ${hunt.id}:${hunt.run}`, why: 'what it said in the hunt' }];
}

/** The same replay with another flag. */
function again({ hunt, commandLine }: ReplayedView, flag: string): string {
  if (hunt !== null) return `${replayHere(hunt, hunt.run)} ${flag}`;
  const words = own(commandLine);
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
