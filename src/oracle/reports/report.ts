import type { SignatureKind } from '../../model/verdict.ts';

/** What a tool or a runtime library reports in a form of its own; says more than any line around it. */
export interface Report {
  kind: SignatureKind;
  title: string;
  /** What identifies the failure, normalised. */
  lines: string[];
  /** Offset of the headline in the lines read, for excerpts. */
  at: number;
}
