import type { ErrnoNote, ExplainedPoint, Explanation, MissingSync } from '../../model/explain.ts';
import type { GuestFacts } from '../../model/kernel.ts';
import type { Subject } from '../subject-lines.ts';

/** An explanation with all that its screens show. */
export interface ExplainView {
  subject: Subject;
  /** The hunt it goes on from; null: none. */
  hunt: string | null;
  /** In which the runs were made; null: on the machine itself. */
  guest: GuestFacts | null;
  explanation: Explanation;
  /** Null: no order was proven. */
  located: LocatedFinding | null;
  commandLine: string[];
}

export interface LocatedFinding {
  first: ExplainedPoint;
  second: ExplainedPoint;
  missing: MissingSync;
  notes: ErrnoNote[];
  /** Makes it fail by force. */
  reproducer: string;
}
