import type { ParsedLog, ParsedSection } from '../model/parsed-log.ts';
import type { KnownIssue, Verdict } from '../model/verdict.ts';
import { wrap } from './wrap.ts';

/** Runs of one test that were judged alike. */
interface Group {
  first: ParsedSection;
  count: number;
}

type Shown = Verdict | 'unknown';

const order: readonly Shown[] = ['fail', 'hang', 'masked', 'invalid', 'unknown', 'skip', 'pass'];
const loud: readonly Shown[] = ['fail', 'hang', 'masked', 'invalid', 'unknown'];

/** A parsed log as text: each kind of failure once with its excerpt, then what was skipped, then the counts. */
export function renderParsed(
  log: ParsedLog,
  columns: number,
  describeEnding: (section: ParsedSection) => string,
): string {
  const width = Math.max(40, Math.min(columns, 110));
  const groups = group(log.sections);
  const blocks = groups
    .filter(({ first }) => loud.includes(verdictOf(first)))
    .map((entry) => renderGroup(entry, describeEnding, width));
  const skipped = groups.filter(({ first }) => verdictOf(first) === 'skip').map(renderSkip);
  const known = new Map(
    groups.flatMap(({ first }) => (first.judgement?.known ? [[first.judgement.known.id, first.judgement.known]] : [])),
  );
  return [
    ...blocks,
    ...(skipped.length === 0 ? [] : [skipped.join('\n')]),
    ...[...known.values()].map((issue) => renderKnown(issue, width)),
    `${summary(log)}\n${nextCommand(log, groups)}`,
  ].join('\n\n');
}

/** A test that `runtests.sh` ran can be hunted by the name it has there. */
function nextCommand(log: ParsedLog, groups: readonly Group[]): string {
  const found = groups.find(({ first }) => ['fail', 'hang', 'masked'].includes(verdictOf(first)))?.first.test;
  return log.format === 'runtests' && found ? `Next: flakehunt run ${found}  hunts it here\n` : '';
}

function verdictOf(section: ParsedSection): Shown {
  return section.judgement?.verdict ?? 'unknown';
}

function group(sections: readonly ParsedSection[]): Group[] {
  const groups = new Map<string, Group>();
  for (const section of sections) {
    const { judgement } = section;
    const key = JSON.stringify([section.test, verdictOf(section), judgement?.signature?.id, judgement?.reason]);
    const entry = groups.get(key);
    if (entry === undefined) {
      groups.set(key, { first: section, count: 1 });
    } else {
      entry.count += 1;
    }
  }
  return [...groups.values()].sort((a, b) => order.indexOf(verdictOf(a.first)) - order.indexOf(verdictOf(b.first)));
}

function renderGroup(
  { first, count }: Group,
  describeEnding: (section: ParsedSection) => string,
  width: number,
): string {
  const { judgement } = first;
  const facts = [
    describeEnding(first),
    `line ${first.line}`,
    ...(first.loop === null ? [] : [`loop ${first.loop}`]),
    ...(count === 1 ? [] : [`${count} times`]),
  ];
  const told = judgement?.signature?.title ?? judgement?.reason ?? 'nothing in it has the shape of a failure';
  const id = judgement?.signature === null || judgement === null ? [] : [`  signature ${judgement.signature.id}`];
  return [
    `${verdictOf(first)}  ${first.test === null ? '' : `${first.test}  `}(${facts.join(', ')})`,
    ...wrap(told, width - 2).map((line) => `  ${line}`),
    ...id,
    ...first.excerpt.split('\n').flatMap((line) => (line === '' ? [] : [`    | ${line}`])),
  ].join('\n');
}

function renderSkip({ first, count }: Group): string {
  const reason = first.judgement?.reason;
  const times = count === 1 ? '' : ` (${count} times)`;
  return `skip  ${first.test ?? 'run'}${times}${reason ? `: ${reason}` : ''}`;
}

function renderKnown(issue: KnownIssue, width: number): string {
  return [
    ...wrap(`Known issue ${issue.id}: ${issue.title}`, width),
    ...wrap(issue.explanation, width - 2).map((line) => `  ${line}`),
    ...issue.fixes.flatMap(({ commit, what }) => hanging(`  ${commit}  `, what, width)),
    ...issue.links.map((link) => `  ${link}`),
  ].join('\n');
}

/** The label before the first line, as many blanks before the others. */
function hanging(label: string, text: string, width: number): string[] {
  return wrap(text, width - label.length).map((line, i) => `${i === 0 ? label : ' '.repeat(label.length)}${line}`);
}

function summary(log: ParsedLog): string {
  const counts = order
    .filter((verdict) => log.counts[verdict] > 0)
    .map((verdict) => `${log.counts[verdict]} ${verdict}`);
  const runs = log.sections.length;
  const loops = log.loops === null ? '' : `, ${loopsText(log.loops)}`;
  const kernel = log.kernel === null ? '' : `, kernel ${log.kernel}`;
  const omitted =
    log.omittedLines === 0 ? '' : `; ${log.omittedLines} lines in the middle of overlong runs were not judged`;
  return `${runs} ${runs === 1 ? 'run' : 'runs'}: ${counts.join(', ')}${loops}${kernel}${omitted}`;
}

function loopsText({ finished, failedAt }: { finished: number; failedAt: number | null }): string {
  const good = `${finished} good ${finished === 1 ? 'loop' : 'loops'}`;
  return failedAt === null ? good : `${good}, failed at loop ${failedAt}`;
}
