import type { Finding } from '../../model/explain.ts';
import type { LocatedFinding } from './explain-view.ts';
import { callText, placeText } from './place-text.ts';

/** The answer in one sentence. */
export function explainSentence(test: string, { kind }: Pick<Finding, 'kind'>, located: LocatedFinding): string {
  const { first, second } = located;
  if (kind === 'order') {
    return `${test} fails when ${placeText(first)} ${callText(first)} before ${placeText(second)} ${callText(second)}.`;
  }
  return `${test} fails when ${placeText(first)} ${callText(first)} while ${placeText(second)} has come to where it ${callText(second)}, and has not done so yet.`;
}
