import type { ExplainedPoint, Proof } from '../../model/explain.ts';
import { safe } from '../display-text.ts';
import { guestText } from '../guest-facts.ts';
import { labelWidth, prose, widestReading, withLabel } from '../labelled.ts';
import { durationText, rateText } from '../quantities.ts';
import { type Appearance, styleOf } from '../style.ts';
import { subjectLines } from '../subject-lines.ts';
import { collectedText, forcedText, noCauseTexts, suspectsText } from './explain-facts.ts';
import type { ExplainView } from './explain-view.ts';
import { frameText, isOfTest } from './place-text.ts';
import { explainSentence } from './sentence.ts';
import { syncAdvice } from './sync-advice.ts';
import { timeline } from './timeline.ts';
import { windowTexts } from './window-text.ts';

const mostFrames = 6;
const mostSuspects = 3;

/** The answer on the screen. */
export function renderExplanation(view: ExplainView, screen: Appearance): string {
  const style = styleOf(screen);
  const { explanation, located, guest } = view;
  const { finding, natural, proofs, target } = explanation;
  const columns = Math.min(screen.columns, widestReading);
  const fact = (label: string, texts: readonly string[]) =>
    withLabel(
      label,
      texts.flatMap((text) => prose(safe(text, style.unicode), columns - labelWidth, 0)),
    );
  const rest = fact('rests on', [
    collectedText(explanation),
    ...(proofs.length === 0 ? [] : [suspectsText(proofs)]),
    `${explanation.runs} runs in ${durationText(1000 * explanation.elapsedMs)}`,
  ]);
  const head = [
    ...subjectLines(view.subject, screen.columns, style),
    ...fact('kernel', guest === null ? [] : [`Linux ${guest.kernel.release} ${guestText(guest)}`]),
    ...fact('failure', target === null ? [] : [target.signature.title]),
  ];
  if (finding === null || located === null) {
    const [first = '', ...others] = noCauseTexts(explanation);
    const blocks = [
      head,
      prose(first, columns, 0).map((line) => style.strong(line)),
      ...others.map((text) => prose(text, columns, 0)),
      fact('suspected', proofs.slice(0, mostSuspects).map(suspectText)),
      rest,
    ];
    return joined(blocks);
  }
  const { first, second, missing, notes, reproducer } = located;
  const sentence = prose(safe(explainSentence(view.subject.test, finding, located), style.unicode), columns, 0);
  return joined([
    head,
    sentence.map((line) => style.bad(style.strong(line))),
    timeline(finding, located).map((line) => `  ${safe(line, style.unicode)}`),
    [
      ...fact('forced', [forcedText(finding.provoked)]),
      ...fact('reversed', [forcedText(finding.prevented)]),
      ...fact(
        'by itself',
        natural === null ? [] : [`${natural.failures} of ${natural.runs} runs failed, ${rateText(natural)}`],
      ),
      ...fact('window', finding.window === null ? [] : windowTexts(finding.window)),
      ...fact('missing', [syncAdvice(missing)]),
      ...fact(
        'io_uring',
        notes.map(({ errno, meaning, check }) => `${errno}: ${meaning} (${check})`),
      ),
    ],
    pointLines('first', first, style.unicode),
    pointLines('second', second, style.unicode),
    rest,
    withLabel('reproduce', [style.command(safe(reproducer, style.unicode))]),
  ]);
}

function joined(blocks: readonly string[][]): string {
  const whole = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${whole.join('\n\n')}\n`;
}

/** The stack of a point, and its source. */
function pointLines(label: string, point: ExplainedPoint, unicode: boolean): string[] {
  const shown = point.frames
    .filter((frame) => frame.function !== null || frame.file !== null || isOfTest(frame))
    .slice(0, mostFrames);
  const stack = shown.map((frame) => `${frameText(frame, point)}${frame.inlined ? ' (inlined)' : ''}`);
  const source = point.excerpt.map(({ number, text }) => {
    return `${number === point.named?.line ? '>' : ' '} ${`${number}`.padStart(5)}  ${text.replaceAll('\t', '    ')}`;
  });
  return withLabel(
    label,
    [`${point.call} of thread ${point.thread}`, ...stack.map((line) => `  ${line}`), ...source].map((line) =>
      safe(line, unicode),
    ),
  );
}

/** One suspect, with what its proof said. */
export function suspectText({ suspect, provoked, prevented, verdict }: Proof): string {
  const [first, second] =
    suspect.kind === 'order' ? [suspect.provoke.first, suspect.provoke.second] : [suspect.first, suspect.second];
  const how = suspect.kind === 'order' ? 'before' : 'while the other stands at';
  return `${first} ${how} ${second}: ${verdict} (forced ${provoked.failures}/${provoked.runs}, reversed ${prevented.failures}/${prevented.runs})`;
}
