import type { BisectCommit, BisectFinding, BisectSummary } from '../../model/bisect.ts';
import type { RevisionFacts } from '../../model/hunt.ts';
import type { Rate } from '../../model/summary.ts';
import { clip, safe } from '../display-text.ts';
import { plural, shareText } from '../quantities.ts';
import type { Style } from '../style.ts';
import { commitText, shortId, unitOf } from './commit-text.ts';
import { endRate, failingEnd } from './ends.ts';
import { posteriorText, wholeRate } from './figures.ts';
import { commitsOf, inHistoryOrder, isBlock, likeliest, unusableOf } from './history-order.ts';

const verbs: Record<BisectFinding['verb'], string> = {
  fixed: 'fixed by',
  introduced: 'introduced by',
  reduced: 'reduced by',
  raised: 'raised by',
};

/** What the bisect came to: a sentence, and its colour. */
export function statement(summary: BisectSummary, style: Style): { text: string; paint: Style['bad'] } {
  const { outcome, header, findings } = summary;
  const test = clip(safe(header.test, style.unicode), 40, style.ellipsis);
  const sound = outcome === 'decided' && findings.every(({ check }) => check?.agrees !== false);
  return { text: `${test}: ${prefix(summary)}${saying(summary, style)}`, paint: sound ? style.good : style.odd };
}

export function verbText({ verb }: Pick<BisectFinding, 'verb'>): string {
  return verbs[verb];
}

function prefix({ outcome }: BisectSummary): string {
  if (outcome === null) return 'not over yet; so far ';
  return outcome === 'interrupted' ? 'interrupted; so far ' : '';
}

function saying(summary: BisectSummary, style: Style): string {
  const { outcome, findings } = summary;
  if (outcome === 'not-reproduced') return notReproduced(summary);
  if (outcome === 'both-fail') return bothFail(summary);
  if (outcome === 'no-change') return noChange(summary);
  if (findings.length === 0) return nothingFound(summary, style);
  return inHistoryOrder(summary)
    .map((finding) => findingText(finding, summary, style))
    .join(', then ');
}

function findingText(finding: BisectFinding, summary: BisectSummary, style: Style): string {
  const { state, suspects, check, posterior } = finding;
  const [first] = suspects;
  const verb = verbText(finding);
  if (first === undefined) return `${verb} an unknown ${unitOf(summary.header)}`;
  if (state === 'found') return `${verb} ${commitText(first.commit, style)}${checkText(check)}`;
  if (suspects.length === 1) {
    return `${verb} ${commitText(first.commit, style)}, as far as is known: ${posteriorText(posterior)}, and no check`;
  }
  const named = choiceText(
    suspects.map(({ commit }) => commit),
    style,
  );
  const block = isBlock(suspects, summary) ? `; ${blockText(suspects, summary)}` : '';
  return `${verb} one of ${suspects.length} ${unitOf(summary.header)}s, undecided between ${named}: together ${posteriorText(posterior)}${block}`;
}

function checkText(check: BisectFinding['check']): string {
  if (check === null) return ', not checked with fresh runs';
  return check.agrees ? '' : ', but a check with fresh runs does not bear it out';
}

/** @example `A, B and 3 more` */
function choiceText(commits: readonly BisectCommit[], style: Style): string {
  const shown = commits.length <= 3 ? commits : commits.slice(0, 2);
  const texts = shown.map((commit) => commitText(commit, style));
  const last = commits.length > shown.length ? `${commits.length - shown.length} more` : texts.pop();
  return texts.length === 0 ? `${last}` : `${texts.join(', ')} and ${last}`;
}

function blockText(suspects: BisectFinding['suspects'], summary: BisectSummary): string {
  const count = unusableOf(suspects, summary);
  const which =
    count === suspects.length ? 'none of them can be built and run' : `${count} of them cannot be built or run`;
  return `no run can tell them apart, for ${which}`;
}

function nothingFound(summary: BisectSummary, style: Style): string {
  const { outcome, header, spent } = summary;
  const rows = likeliest(summary);
  const [first] = rows;
  if (spent.runs === 0 || first === undefined) return 'no run has ended, so nothing was learned';
  const all = commitsOf(summary);
  const likeliestText = `${commitText(first.commit, style)} with ${posteriorText(first.mass)}`;
  const why = outcome === 'undecided' ? 'undecided, the budget ended first: ' : 'undecided: ';
  if (rows.length === 1) return `${why}the likeliest is ${likeliestText}`;
  const held = `${rows.length} of ${plural(all, unitOf(header))} hold ${shareText(header.confidence)}`;
  return `${why}${held}, the likeliest being ${likeliestText}`;
}

function notReproduced(summary: BisectSummary): string {
  const end = failingEnd(summary.header);
  const rate = summary.calibration?.rate ?? endRate(summary, end);
  const name = `the ${end} end ${revisionId(summary.header[end])}`;
  if (rate === null || rate.runs === 0) return `not reproduced: ${name} has no run that could have failed`;
  const under = summary.calibration === null ? '' : ` under ${summary.calibration.condition}`;
  return `not reproduced: ${name} did not show it in ${plural(rate.runs, 'run')}${under}, rate ${wholeRate(rate)}`;
}

function bothFail(summary: BisectSummary): string {
  const [old, fresh] = (['old', 'new'] as const).map((end) => shareOf(endRate(summary, end)));
  return `both ends fail, old ${old}, new ${fresh}: the range has no clean end`;
}

function noChange(summary: BisectSummary): string {
  const { header, nullMass } = summary;
  const range = `${revisionId(header.old)}..${revisionId(header.new)}`;
  return `not in this range: no ${unitOf(header)} of ${range} changed it, posterior ${posteriorText(nullMass)}`;
}

function shareOf(rate: Rate | null): string {
  if (rate === null || rate.runs === 0) return 'not measured';
  return `${rate.failures} of ${plural(rate.runs, 'run')}, ${wholeRate(rate)}`;
}

function revisionId({ commit, name }: RevisionFacts): string {
  return commit === null ? (name ?? 'unknown') : shortId({ commit, ...(name === null ? {} : { name }) });
}
