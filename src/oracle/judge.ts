import type { Outcome } from '../model/outcome.ts';
import type { JudgeRules } from '../model/suite.ts';
import type { FailingVerdict, Judgement, Signature } from '../model/verdict.ts';
import { describeEnding } from './describe-ending.ts';
import { errnoText } from './errno.ts';
import {
  exitSignature,
  hangSignature,
  kernelSignature,
  maskedSignature,
  signalSignature,
  standstillSignature,
} from './identify.ts';
import { knownIssueFor } from './known-issues.ts';
import { outputLines } from './lines.ts';
import { type ReadLine, readLines } from './reading.ts';
import { refusal, refusedThroughout } from './refusal.ts';
import { killedForMemory } from './reports/kernel-splat.ts';
import { displayLine } from './title.ts';

/**
 * The oracle: what one outcome means under a suite's rules. Pure. Throws UsageError when a pattern of the rules is not a
 * regular expression.
 * @param inGuest the run was made in a guest, whose memory the user can choose
 */
export function judge(outcome: Outcome, rules: JudgeRules, inGuest = false): Judgement {
  const { ending, kernelLog } = outcome;
  const victim = kernelLog === null ? null : killedForMemory(kernelLog);
  if (victim !== null) {
    const more = inGuest ? 'give the guest more with --guest-memory, or run fewer workers' : 'run fewer workers';
    return invalid(`memory ran out (the kernel killed ${victim}); ${more}`);
  }
  // The kernel's own complaint outranks whatever the test made of it.
  if (kernelLog !== null || (ending.kind === 'kernel' && ending.what === 'panic')) {
    return failing('fail', kernelSignature(kernelLog ?? '', ending.kind === 'kernel'), rules);
  }
  if (ending.kind === 'noexec') {
    return invalid(`${describeEnding(ending)} (${errnoText(ending.errno)})${noexecHint(ending.errno)}`);
  }
  if (ending.kind === 'lost') {
    return invalid('the run was lost: its worker was killed, by the test or from outside');
  }
  if (ending.kind === 'unfit') {
    return invalid(describeEnding(ending));
  }
  if (ending.kind === 'kernel') {
    return failing('hang', standstillSignature(), rules);
  }
  const lines = readLines(outputLines(outcome.output), rules);
  if (ending.kind === 'exit') {
    return judgeExit(ending.code, lines, rules);
  }
  const refused = refusal(lines, rules);
  if (refused !== null) {
    return invalid(refused);
  }
  return ending.kind === 'timeout'
    ? failing('hang', hangSignature(lines, outcome.stacks), rules)
    : failing('fail', signalSignature(lines, ending.signal), rules);
}

function judgeExit(code: number, lines: ReadLine[], rules: JudgeRules): Judgement {
  if (rules.skipCodes.includes(code)) {
    return { verdict: 'skip', signature: null, known: null, reason: skipReason(lines) };
  }
  return rules.passCodes.includes(code) ? judgePass(lines, rules) : judgeFailure(code, lines, rules);
}

/** Refused from beginning to end, it passed without having tested anything. */
function judgePass(lines: ReadLine[], rules: JudgeRules): Judgement {
  const refused = refusedThroughout(lines, rules);
  if (refused !== null) {
    return invalid(refused);
  }
  const signature = maskedSignature(lines);
  return signature === null
    ? { verdict: 'pass', signature: null, known: null, reason: null }
    : failing('masked', signature, rules);
}

function judgeFailure(code: number, lines: ReadLine[], rules: JudgeRules): Judgement {
  const refused = refusal(lines, rules) ?? notStarted(code, lines);
  return refused === null ? failing('fail', exitSignature(lines, code), rules) : invalid(refused);
}

function failing(verdict: FailingVerdict, signature: Signature, rules: JudgeRules): Judgement {
  return { verdict, signature, known: knownIssueFor(signature, rules), reason: null };
}

function invalid(reason: string): Judgement {
  return { verdict: 'invalid', signature: null, known: null, reason };
}

/** The last line a skipping test printed: that is where the reason stands. */
function skipReason(lines: ReadLine[]): string | null {
  const spoken = lines.filter((line) => line.kind !== 'noise');
  const line = spoken.findLast(({ kind }) => kind === 'notice') ?? spoken.at(-1);
  return line === undefined ? null : displayLine(line.text).slice(0, 200);
}

/** 126 and 127 are a shell's, env's or the loader's way to say that the test never ran, if they also say so in words. */
function notStarted(code: number, lines: ReadLine[]): string | null {
  if (code !== 126 && code !== 127) {
    return null;
  }
  const line = lines.find(({ text }) => neverRan.test(text));
  return line === undefined ? null : `the test was not started: ${displayLine(line.text).slice(0, 200)}`;
}

const neverRan =
  /: (?:command )?not found$|: No such file or directory$|: Permission denied$|: cannot execute|: Exec format error$|error while loading shared libraries:|: (?:symbol lookup error|version `[^']{1,80}' not found)/;

function noexecHint(errno: number): string {
  const hint = noexecHints[errno];
  return hint === undefined ? '' : `: ${hint}`;
}

const noexecHints: Record<number, string> = {
  2: 'the file, its interpreter or its folder is missing',
  7: 'the arguments and the environment are larger than the kernel allows',
  8: 'not a program for this machine, or a script without a #! line',
  11: 'too many processes, see `ulimit -u`',
  12: 'the machine is out of memory',
  13: 'the file is not executable, or a folder above it may not be entered',
  28: 'no room for a scratch folder',
  26: 'something has the file open for writing',
};
