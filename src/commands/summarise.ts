import type { HuntEvent } from '../model/events.ts';
import type { HuntSummary } from '../model/summary.ts';
import { filledCondition } from '../perturb/fill-learnt.ts';
import { createSummary } from '../report/summary.ts';

/** Folds a whole log into the summary of its hunt. */
export async function summarise(events: AsyncIterable<HuntEvent>): Promise<HuntSummary> {
  const summary = createSummary(filledCondition);
  for await (const event of events) summary.apply(event);
  return summary.snapshot();
}
