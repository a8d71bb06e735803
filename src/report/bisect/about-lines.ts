import type { BisectHeader, BisectTarget } from '../../model/bisect.ts';
import type { RevisionFacts } from '../../model/hunt.ts';
import { clip, displayWidth, safe } from '../display-text.ts';
import { labelWidth, withLabel } from '../labelled.ts';
import { revisionText } from '../revision-text.ts';
import { verdictPaint } from '../signature-table.ts';
import type { Style } from '../style.ts';
import { factLines } from './fact-lines.ts';

/** The test, its tree, and the failure that counts. */
export function aboutLines(header: BisectHeader, columns: number, style: Style): string[] {
  const { suite, test, args, tree, target } = header;
  const suiteText = suite === 'command' ? '' : ` (suite ${safe(suite, style.unicode)})`;
  const room = columns - labelWidth - displayWidth(suiteText);
  const name = clip(safe([test, ...args].join(' '), style.unicode), room, style.ellipsis);
  return [
    ...withLabel('test', [style.strong(name) + suiteText]),
    ...withLabel('tree', [safe(tree, style.unicode)]),
    ...targetLines(target, columns, style),
  ];
}

function targetLines({ verdict, signature }: BisectTarget, columns: number, style: Style): string[] {
  const paint = (text: string) => text.replace(verdict, () => verdictPaint(verdict, style)(verdict));
  const errnos = signature.errnos.map(({ value, name, text }) => `${value} is ${name}, ${text}`);
  const lines = factLines(
    'target',
    [safe(`${verdict}: ${signature.title}`, style.unicode), ...errnos.map((text) => safe(text, style.unicode))],
    columns,
  );
  return lines.map((line, i) => (i === 0 ? paint(line) : line));
}

/** A revision under its label; the subject stands below where it does not fit. */
export function revisionLines(label: string, revision: RevisionFacts, columns: number, style: Style): string[] {
  const head = safe(revisionText(revision) ?? 'unknown', style.unicode);
  if (revision.subject === null) return withLabel(label, [style.strong(head)]);
  const room = columns - labelWidth;
  const subject = safe(revision.subject, style.unicode);
  const lines =
    displayWidth(head) + 2 + displayWidth(subject) <= room
      ? [`${style.strong(head)}  ${subject}`]
      : [style.strong(head), clip(subject, room, style.ellipsis)];
  return withLabel(label, lines);
}
