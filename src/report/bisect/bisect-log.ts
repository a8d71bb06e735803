import type { BisectCommit, BisectFinding, BisectRow, BisectSummary } from '../../model/bisect.ts';
import type { Rate } from '../../model/summary.ts';
import { safe } from '../display-text.ts';
import { plural } from '../quantities.ts';
import { inHistoryOrder } from './history-order.ts';

/** How many times as likely one state must make what was seen as the other, for a commit to be called the one. */
const leastOdds = 20;

/** Words for the two states, as `git bisect start` takes them; null: git's own. */
interface Terms {
  old: string;
  new: string;
  start: string;
}

const terms: Record<'fix' | 'regression', Terms> = {
  fix: { old: 'broken', new: 'fixed', start: " '--term-old' 'broken' '--term-new' 'fixed'" },
  regression: { old: 'good', new: 'bad', start: '' },
};

/**
 * The bisect in the form of `git bisect log`, which `git bisect replay` takes. Git knows no doubt: commits whose runs do not
 * speak clearly for one side are comments, and of several steps the log tells the one in the direction of the bisect.
 */
export function bisectLog(summary: BisectSummary): string {
  const { header, outcome, unusable } = summary;
  const words = terms[header.direction];
  const firstParent = header.firstParent ? " '--first-parent'" : '';
  const start = `git bisect start${words.start}${firstParent}`;
  const lines =
    outcome === 'not-reproduced' || outcome === 'both-fail' || outcome === 'no-change'
      ? [`# no commit was found: ${outcome}`]
      : [
          ...stateLines(summary, words),
          ...unusable.flatMap(({ commit, reason }) => [`# ${line(reason)}`, ...entry('skip', commit)]),
          ...endLines(told(summary), words),
        ];
  return `${[start, ...lines].join('\n')}\n`;
}

/** The change that a log of one change tells. */
function told(summary: BisectSummary): BisectFinding | undefined {
  const verb = summary.header.direction === 'fix' ? 'fixed' : 'introduced';
  const findings = inHistoryOrder(summary);
  return findings.find((finding) => finding.verb === verb) ?? findings[0];
}

/** Of new commits git believes the last one it reads, so the culprit comes last. */
function stateLines(summary: BisectSummary, words: Terms): string[] {
  const { rows } = summary;
  const finding = told(summary);
  const culprit = finding?.state === 'found' ? finding.suspects[0]?.commit : undefined;
  const at = culprit === undefined ? -1 : rows.findIndex(({ commit }) => commit.commit === culprit.commit);
  const states = rows.map((row, i) => stateOf(row, i, at, summary, finding));
  const chosen = edges(rows, states);
  const commentsOf = (row: BisectRow) => (row.rate === null ? [] : [`# ${seenText(row.rate)}`]);
  const linesOf = (row: BisectRow, word: string) => [...commentsOf(row), ...entry(word, row.commit)];
  return [
    ...chosen.new.reverse().flatMap((row) => linesOf(row, words.new)),
    ...chosen.old.flatMap((row) => linesOf(row, words.old)),
    ...rows
      .filter((row, i) => row.state === 'seen' && states[i] === 'open')
      .flatMap((row) => [...commentsOf(row), `# not decided: ${name(row.commit)}`]),
  ];
}

type State = 'old' | 'new' | 'open' | 'beside';

/**
 * The ends are what they are taken for, the culprit and what it was checked against as well; of the others their runs decide.
 * What is on a branch beside the culprit is of no use to git.
 */
function stateOf(
  row: BisectRow,
  index: number,
  culprit: number,
  summary: BisectSummary,
  finding: BisectFinding | undefined,
): State {
  const { rows } = summary;
  if (index === 0) return 'old';
  if (index === culprit || index === rows.length - 1) return 'new';
  if (culprit !== -1 && finding?.check?.before.commit.commit === row.commit.commit) return 'old';
  if (row.state !== 'seen' || row.rate === null) return 'open';
  const odds = logOdds(row.rate, sides(summary, culprit, finding));
  if (Math.abs(odds) < Math.log(leastOdds)) return 'open';
  const state = odds > 0 ? 'old' : 'new';
  // Parents come before their children, so before the culprit nothing can be new.
  if (culprit !== -1 && (state === 'new') !== index > culprit) return 'beside';
  return state;
}

/** Rates before and after, kept off 0 and 1: of the check, else of what was seen on both sides, else as calibrated. */
function sides(
  summary: BisectSummary,
  culprit: number,
  finding: BisectFinding | undefined,
): { old: number; new: number } {
  const { calibration, header, rows } = summary;
  const check = finding?.check;
  if (check) return { old: shareOf([check.before.rate]), new: shareOf([check.after.rate]) };
  if (culprit !== -1) {
    const seen = (from: number, to: number) => rows.slice(from, to).flatMap(({ rate }) => rate ?? []);
    return { old: shareOf(seen(stepBefore(summary, culprit), culprit)), new: shareOf(seen(culprit, rows.length)) };
  }
  const fails = calibration === null ? 0.5 : shareOf([calibration.rate]);
  const rarely = fails / cleanSide;
  return header.direction === 'fix' ? { old: fails, new: rarely } : { old: rarely, new: fails };
}

/** So many times rarer, at least, the failure is taken to be where it is thought to be gone. */
const cleanSide = 30;

/** Where the rate that the change ended began: at the change before it, or at the old end. */
function stepBefore({ findings, rows }: BisectSummary, culprit: number): number {
  const at = findings.map(({ suspects: [first] }) =>
    rows.findIndex(({ commit }) => commit.commit === first?.commit.commit),
  );
  return Math.max(0, ...at.filter((index) => index < culprit));
}

function shareOf(rates: readonly Rate[]): number {
  const [failures, runs] = [
    rates.reduce((sum, rate) => sum + rate.failures, 0),
    rates.reduce((sum, rate) => sum + rate.runs, 0),
  ];
  return (failures + 0.5) / (runs + 1);
}

/** Logarithm of the odds that the runs are those of an old commit rather than of a new one. */
function logOdds({ failures, runs }: Rate, side: { old: number; new: number }): number {
  return failures * Math.log(side.old / side.new) + (runs - failures) * Math.log((1 - side.old) / (1 - side.new));
}

/** Of each build the youngest commit that is old and the oldest one that is new: the others follow from them. */
function edges(rows: readonly BisectRow[], states: readonly State[]): { old: BisectRow[]; new: BisectRow[] } {
  const of = (state: State) => rows.filter((_, i) => states[i] === state);
  const oldest = (list: BisectRow[]) =>
    list.filter((row, i) => list.findIndex(({ build }) => build === row.build) === i);
  const old = of('old');
  return { old: oldest(old.reverse()).reverse(), new: oldest(of('new')) };
}

function endLines(finding: BisectFinding | undefined, words: Terms): string[] {
  if (finding === undefined) return [];
  const commits = finding.suspects.map(({ commit }) => commit);
  if (finding.state === 'found')
    return commits.slice(0, 1).map((commit) => `# first ${words.new} commit: ${name(commit)}`);
  return commits.map((commit) => `# possible first ${words.new} commit: ${name(commit)}`);
}

function entry(word: string, commit: BisectCommit): string[] {
  return [`# ${word}: ${name(commit)}`, `git bisect ${word} ${commit.commit}`];
}

function name({ commit, subject }: BisectCommit): string {
  return `[${commit}] ${line(subject)}`;
}

function seenText({ failures, runs }: Rate): string {
  return `${failures} of ${plural(runs, 'run')} failed`;
}

function line(text: string): string {
  return safe(text.split('\n', 1)[0] ?? '');
}
