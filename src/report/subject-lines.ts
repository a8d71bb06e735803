import type { BuildFacts, HuntHeader, RevisionFacts } from '../model/hunt.ts';
import { clip, displayWidth, safe } from './display-text.ts';
import { labelledFacts, labelWidth, withLabel } from './labelled.ts';
import { durationText } from './quantities.ts';
import { revisionText } from './revision-text.ts';
import type { Style } from './style.ts';

/** What is run. */
export type Subject = Pick<HuntHeader, 'suite' | 'test' | 'argv' | 'revision' | 'build'>;

/** The test, and where it comes from. */
export function subjectLines(subject: Subject, columns: number, style: Style): string[] {
  const { revision, build } = subject;
  return [
    ...withLabel('test', [testText(subject, columns, style)]),
    ...withLabel('tree', revision.tree === null ? [] : [safe(revision.tree, style.unicode)]),
    ...withLabel('revision', revisionLines(revision, columns, style)),
    ...labelledFacts('build', build === null ? [] : buildFacts(build, style), columns),
  ];
}

function testText({ test, suite, argv }: Subject, columns: number, style: Style): string {
  const suiteText = suite === 'command' ? '' : ` (suite ${safe(suite, style.unicode)})`;
  const name = suite === 'command' ? argv.join(' ') : test;
  const room = columns - labelWidth - suiteText.length;
  return style.strong(clip(safe(name, style.unicode), room, style.ellipsis)) + suiteText;
}

/** The subject stands below where it does not fit. */
function revisionLines(revision: RevisionFacts, columns: number, style: Style): string[] {
  const text = revisionText(revision);
  if (text === null) return [];
  const head = style.strong(safe(text, style.unicode));
  if (revision.subject === null) return [head];
  const room = columns - labelWidth;
  const subject = safe(revision.subject, style.unicode);
  if (displayWidth(head) + 2 + displayWidth(subject) <= room) return [`${head}  ${subject}`];
  return [head, clip(subject, room, style.ellipsis)];
}

function buildFacts({ cached, seconds, compiler }: BuildFacts, style: Style): string[] {
  const made = cached ? 'from the build store' : `built in ${durationText(seconds * 1e6)}`;
  return [made, safe(compiler, style.unicode)];
}
