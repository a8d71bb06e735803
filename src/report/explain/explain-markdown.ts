import type { ExplainedPoint } from '../../model/explain.ts';
import { guestText } from '../guest-facts.ts';
import { rateText } from '../quantities.ts';
import { revisionText } from '../revision-text.ts';
import { collectedText, forcedText, noCauseTexts, suspectsText } from './explain-facts.ts';
import type { ExplainView } from './explain-view.ts';
import { frameText, tellingFrame } from './place-text.ts';
import { explainSentence } from './sentence.ts';
import { syncAdvice } from './sync-advice.ts';
import { timeline } from './timeline.ts';
import { windowTexts } from './window-text.ts';

/** The answer for an issue or a mailing list: Markdown that reads well as plain text, too. */
export function explainMarkdown(view: ExplainView): string {
  const { subject, explanation, located, guest } = view;
  const { finding, natural, target, proofs } = explanation;
  const revision = revisionText(subject.revision);
  const title = `## ${subject.test}: ${target === null ? 'no failure' : target.signature.title}`;
  const about = [
    `- test: \`${subject.test}\`${subject.revision.tree === null ? '' : ` of ${subject.revision.tree}`}${revision === null ? '' : `, ${revision}`}`,
    ...(guest === null ? [] : [`- Linux ${guest.kernel.release} ${guestText(guest)}`]),
    `- rests on ${collectedText(explanation)}`,
    ...(proofs.length === 0 ? [] : [`- ${suspectsText(proofs)}`]),
  ];
  if (finding === null || located === null) return blocks([[title], noCauseTexts(explanation), about]);
  const { first, second, notes, reproducer } = located;
  return blocks([
    [title],
    [explainSentence(subject.test, finding, located)],
    fenced(timeline(finding, located)),
    [
      `- forced in this order: ${forcedText(finding.provoked)}`,
      `- forced the other way: ${forcedText(finding.prevented)}`,
      ...(natural === null
        ? []
        : [`- by itself: ${natural.failures} of ${natural.runs} runs failed, ${rateText(natural)}`]),
      ...(finding.window === null ? [] : windowTexts(finding.window).map((text) => `- ${text}`)),
      `- ${syncAdvice(located.missing)}`,
      ...notes.map(({ errno, meaning, check }) => `- ${errno}: ${meaning} (kernel: ${check})`),
    ],
    ...pointBlocks('First', first),
    ...pointBlocks('Second', second),
    ['Reproduce:'],
    fenced([reproducer]),
    about,
  ]);
}

function pointBlocks(label: string, point: ExplainedPoint): string[][] {
  const named = frameText(tellingFrame(point), point);
  const source = point.excerpt.map(
    ({ number, text }) => `${number === point.named?.line ? '>' : ' '} ${number}\t${text}`,
  );
  const head = [`${label}: \`${point.call}\` of thread ${point.thread}, ${named}`];
  return source.length === 0 ? [head] : [head, fenced(source)];
}

function fenced(lines: readonly string[]): string[] {
  return ['```', ...lines, '```'];
}

function blocks(parts: readonly (readonly string[])[]): string {
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
