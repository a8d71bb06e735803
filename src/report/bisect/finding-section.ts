import type { BisectCheck, BisectFinding, BisectSummary, BisectSuspect } from '../../model/bisect.ts';
import { clip, safe } from '../display-text.ts';
import { plural } from '../quantities.ts';
import type { Appearance, Style } from '../style.ts';
import { textTable } from '../text-table.ts';
import { dayText, shortId, subjectText, unitOf } from './commit-text.ts';
import { innerCommand, innerFact } from './fact-lines.ts';
import { posteriorText, pText, whole, wholeRate } from './figures.ts';
import { isUnusable } from './history-order.ts';
import { verbText } from './statement.ts';

const mostFiles = 6;
const mostSuspects = 8;
const mostRunnersUp = 3;
/** Less mass than this is not worth a word. */
const leastMass = 1e-4;

/** Everything worth knowing of one change of the rate. */
export function findingSection(
  finding: BisectFinding,
  summary: BisectSummary,
  { columns }: Appearance,
  style: Style,
): string[] {
  return finding.state === 'found'
    ? foundLines(finding, summary, columns, style)
    : undecidedLines(finding, summary, columns, style);
}

function foundLines(finding: BisectFinding, summary: BisectSummary, columns: number, style: Style): string[] {
  const { check } = finding;
  const [culprit] = finding.suspects;
  if (culprit === undefined) return [];
  const { commit, files } = culprit;
  const verb = verbText(finding);
  return [
    style.strong(`${verb} ${shortId(commit)}`),
    ...innerFact('subject', [safe(commit.subject, style.unicode)], columns),
    ...(commit.author === ''
      ? []
      : innerFact('author', [`${safe(commit.author, style.unicode)}, ${dayText(commit)}`], columns)),
    ...innerFact('files', filesTexts(files, style), columns),
    ...innerFact('posterior', [posteriorText(finding.posterior)], columns),
    ...innerFact('runners-up', runnersUp(finding, summary), columns),
    ...(check === null
      ? innerFact('check', ['not made: before and after were not run again side by side'], columns)
      : checkLines(check, columns, style)),
  ];
}

function filesTexts(files: readonly string[], style: Style): string[] {
  const shown = files.slice(0, mostFiles).map((file) => safe(file, style.unicode));
  const left = files.length - shown.length;
  return files.length === 0 ? [] : [`${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`];
}

/** Who else it may have been. Masses of rows are those of the change that was looked for first. */
function runnersUp({ suspects }: BisectFinding, { rows, nullMass }: BisectSummary): string[] {
  const [culprit, ...others] = suspects;
  const byMass = [...rows].sort((a, b) => b.mass - a.mass);
  const isFirst = culprit !== undefined && byMass[0]?.commit.commit === culprit.commit.commit;
  const known = others.length > 0 ? others : isFirst ? byMass.slice(1) : [];
  const texts = known.map(({ commit, mass }) => ({ text: shortId(commit), mass }));
  if (isFirst) texts.push({ text: 'no change in the range', mass: nullMass });
  const worth = texts.filter(({ mass }) => mass >= leastMass).sort((a, b) => b.mass - a.mass);
  if (worth.length === 0) return isFirst ? [`none above ${posteriorText(leastMass)}`] : [];
  const shown = worth.slice(0, mostRunnersUp).map(({ text, mass }) => whole(`${text} ${posteriorText(mass)}`));
  const left = worth.length - shown.length;
  return [`${shown.join(', ')}${left > 0 ? `, ${left} more below that` : ''}`];
}

function checkLines(check: BisectCheck, columns: number, style: Style): string[] {
  const { before, after, p, agrees, reproduce } = check;
  const verdict = agrees ? 'bears it out' : style.bad('does not bear it out');
  return [
    ...innerFact('before', [sideText(before)], columns),
    ...innerFact('after', [sideText(after)], columns),
    ...innerFact(
      'check',
      [`${verdict}: fresh runs of both in turn, ${pText(p)} (Fisher's exact test, two-sided)${levelText(check)}`],
      columns,
    ),
    ...innerCommand('run before', safe(reproduce.before, style.unicode), style),
    ...innerCommand('run after', safe(reproduce.after, style.unicode), style),
  ];
}

/** Where the time did not do for the level that the confidence asks for. */
function levelText({ level = 0, wantedLevel = 0 }: BisectCheck): string {
  return level > wantedLevel ? `, at level ${level} instead of ${wantedLevel}, as the time allowed` : '';
}

export function sideText({ commit, rate }: BisectCheck['before']): string {
  return `${shortId(commit)}  ${rate.failures} of ${plural(rate.runs, 'run')}, ${wholeRate(rate)}`;
}

function undecidedLines(finding: BisectFinding, summary: BisectSummary, columns: number, style: Style): string[] {
  const { suspects, posterior } = finding;
  const share = posteriorText(posterior);
  const [first] = suspects;
  const heading =
    first !== undefined && suspects.length === 1
      ? `probably ${verbText(finding)} ${shortId(first.commit)}, ${share}`
      : `${verbText(finding)} one of ${suspects.length} ${unitOf(summary.header)}s, together ${share}`;
  const left = suspects.length - mostSuspects;
  return [
    style.strong(heading),
    ...suspectTable(suspects.slice(0, mostSuspects), summary, style).map((line) =>
      clip(`   ${line}`, columns, style.ellipsis),
    ),
    ...(left > 0 ? [`   and ${left} more`] : []),
  ];
}

function suspectTable(suspects: readonly BisectSuspect[], summary: BisectSummary, style: Style): string[] {
  const state = ({ commit }: BisectSuspect) => (isUnusable(summary, commit) ? 'not usable' : '');
  const some = suspects.some((suspect) => state(suspect) !== '');
  const { head, rows } = textTable([
    { title: 'posterior', cells: suspects.map(({ mass }) => posteriorText(mass)), right: true },
    { title: unitOf(summary.header), cells: suspects.map(({ commit }) => shortId(commit)) },
    { title: 'date', cells: suspects.map(({ commit }) => dayText(commit)) },
    ...(some ? [{ title: 'state', cells: suspects.map(state) }] : []),
    { title: 'subject', cells: suspects.map(({ commit }) => subjectText(commit, style, 100)) },
  ]);
  return [head, ...rows];
}
