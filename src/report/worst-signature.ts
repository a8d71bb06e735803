import type { HuntSummary, SignatureSummary } from '../model/summary.ts';
import { foldArms, hasArms } from './fold-arms.ts';

/** The failure to look at first: what the conditions of the hunt were compared by, else the most frequent one. */
export function worstSignature(summary: HuntSummary): SignatureSummary | null {
  const [mostFrequent = null] = summary.signatures;
  return hasArms(summary) ? (foldArms(summary).target ?? mostFrequent) : mostFrequent;
}
