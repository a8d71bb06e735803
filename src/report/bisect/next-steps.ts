import type { BisectCommit, BisectHeader, BisectSummary } from '../../model/bisect.ts';
import { guestFlags } from '../guest-facts.ts';
import type { NextCommand } from '../next-commands.ts';
import { isKnownByTree } from '../run-command.ts';
import { shellWord } from '../shell-word.ts';
import { shortId } from './commit-text.ts';
import { failingEnd } from './ends.ts';
import { inHistoryOrder, isBlock, isUnusable, likeliest } from './history-order.ts';

/** What a person would do after a bisect, the most useful first; each command can be pasted as it is. */
export function nextSteps(summary: BisectSummary): NextCommand[] {
  const { header, outcome, spent, calibration } = summary;
  const condition = calibration?.condition ?? null;
  const resume = `flakehunt bisect --resume ${header.id}`;
  const longer = `${resume} --time ${longerTime(spent.seconds)}`;
  if (header.axis !== undefined) return kernelSteps(summary, { resume, longer });
  const log = { command: `flakehunt bisect --log ${header.id}`, why: 'for `git bisect replay`' };
  switch (outcome) {
    case 'decided':
      return [...confirmFound(summary, condition), log];
    case 'undecided':
      return [
        ...(cannotGoOn(summary) ? [] : [{ command: longer, why: 'goes on from there' }]),
        ...confirmFound(summary, condition),
        ...(summary.findings.length === 0 ? likelyFirst(summary) : []),
        log,
      ];
    case 'no-change':
      return [{ command: confirmEnds(header, condition), why: 'whether the two ends differ at all' }];
    case 'both-fail':
      return [{ command: confirmEnds(header, condition), why: 'whether the rate differs between the ends' }];
    case 'not-reproduced':
      return [
        { command: longer, why: 'goes on with the runs there are' },
        { command: runFailingEnd(header), why: 'every condition in turn, at the end that is to fail' },
      ];
    case 'interrupted':
      return [{ command: resume, why: 'goes on from there' }];
    case null:
      return [{ command: resume, why: 'goes on from there, if it was killed' }];
  }
}

/** Of kernels nothing is confirmed or handed to git: the check says how they differ. */
function kernelSteps(
  { outcome }: BisectSummary,
  { resume, longer }: Record<'resume' | 'longer', string>,
): NextCommand[] {
  if (outcome === 'undecided' || outcome === 'not-reproduced') return [{ command: longer, why: 'goes on from there' }];
  return outcome === 'interrupted' || outcome === null ? [{ command: resume, why: 'goes on from there' }] : [];
}

function confirmFound(summary: BisectSummary, condition: string | null): NextCommand[] {
  const found = inHistoryOrder(summary).filter(({ state }) => state === 'found');
  return found.flatMap(({ suspects: [first], verb }) =>
    first === undefined
      ? []
      : { command: confirmCommand(first.commit, summary.header, condition), why: confirmReason[verb] },
  );
}

const confirmReason = {
  fixed: 'whether it is gone, and how sure that is',
  reduced: 'how much rarer it has become',
  introduced: 'how often it fails, against its parent',
  raised: 'how much more frequent it has become',
};

/** Suspects that no run can tell apart stay undecided however long one runs. */
function cannotGoOn(summary: BisectSummary): boolean {
  const open = summary.findings.filter(({ state }) => state === 'undecided');
  return open.length > 0 && open.every(({ suspects }) => isBlock(suspects, summary));
}

/** What holds most of the posterior can be looked at by itself. */
function likelyFirst(summary: BisectSummary): NextCommand[] {
  const [first] = likeliest(summary);
  if (first === undefined || first.mass < 0.5 || isUnusable(summary, first.commit)) return [];
  const command = confirmCommand(first.commit, summary.header, summary.calibration?.condition ?? null);
  return [{ command, why: 'the likeliest against its parent' }];
}

function confirmCommand(commit: BisectCommit, header: BisectHeader, condition: string | null): string {
  return testCommand(
    ['confirm', shortId(commit), header.test, ...whereFlags(header), ...how(header, condition)],
    header,
  );
}

function confirmEnds(header: BisectHeader, condition: string | null): string {
  const ends = ['--before', idOf(header.old), '--after', idOf(header.new)];
  return testCommand(['confirm', ...ends, header.test, ...whereFlags(header), ...how(header, condition)], header);
}

function runFailingEnd(header: BisectHeader): string {
  const rev = ['--rev', idOf(header[failingEnd(header)])];
  return testCommand(
    ['run', header.test, ...whereFlags(header), ...rev, '--strategy', 'auto', '--time', '10m'],
    header,
  );
}

/** Tree, suite and guests: what makes it the same anywhere. */
export function whereFlags({ tree, suite, guest = null }: BisectHeader): string[] {
  return ['--tree', tree, ...(isKnownByTree(suite) ? [] : ['--suite', suite]), ...guestFlags({ guest })];
}

function how({ target }: BisectHeader, condition: string | null): string[] {
  return ['--signature', target.signature.id, ...(condition === null ? [] : ['--condition', condition])];
}

export function testCommand(list: string[], { args }: BisectHeader): string {
  const all = ['flakehunt', ...list, ...(args.length === 0 ? [] : ['--', ...args])];
  return all.map(shellWord).join(' ');
}

function idOf({ commit, name }: BisectHeader['old']): string {
  return commit?.slice(0, 12) ?? name ?? '';
}

/** At least ten minutes, else three times what was spent, as `--time` takes it. */
export function longerTime(seconds: number): string {
  const minutes = Math.max(10, Math.ceil((3 * seconds) / 60));
  return minutes < 120 ? `${minutes}m` : `${Math.ceil(minutes / 60)}h`;
}
