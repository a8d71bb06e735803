import type { ConfirmSummary } from '../../model/bisect.ts';
import type { NextCommand } from '../next-commands.ts';
import { shellWord } from '../shell-word.ts';
import { shortId } from './commit-text.ts';
import { longerTime, testCommand, whereFlags } from './next-steps.ts';

/** What a person would do after a comparison, the most useful first. */
export function confirmSteps(summary: ConfirmSummary): NextCommand[] {
  const { verdict, interrupted, spent, header, before, after } = summary;
  const again = { command: withTime(header.commandLine, longerTime(spent.seconds)), why: 'longer' };
  if (interrupted) return [{ ...again, command: header.commandLine.map(shellWord).join(' '), why: 'the same again' }];
  const hunt = (commit: string, why: string) => ({
    command: testCommand(
      ['run', header.test, ...whereFlags(header), '--rev', commit, '--strategy', 'auto', '--time', '10m'],
      header,
    ),
    why,
  });
  const later = {
    command: testCommand(
      ['bisect', header.test, ...whereFlags(header), '--fix', '--old', shortId(after.commit)],
      header,
    ),
    why: 'whether a later commit fixed it',
  };
  switch (verdict) {
    case 'gone':
      return [hunt(shortId(after.commit), 'whether other conditions still bring a failure')];
    case 'reduced':
    case 'unchanged':
    case 'worse':
      return [later];
    case 'not-reproduced':
      return [again, hunt(shortId(before.commit), 'which condition brings it, before')];
    case 'inconclusive':
      return [again];
  }
}

/** The same command with another `--time`. */
function withTime(commandLine: readonly string[], time: string): string {
  const dashes = commandLine.indexOf('--');
  const own = dashes === -1 ? commandLine : commandLine.slice(0, dashes);
  const kept = own.filter((word, i) => !/^--time(?:=|$)/.test(word) && own[i - 1] !== '--time');
  return [...kept, '--time', time, ...commandLine.slice(own.length)].map(shellWord).join(' ');
}
