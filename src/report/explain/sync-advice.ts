import type { MissingSync } from '../../model/explain.ts';

/** What is missing between the two points, and what would mend it. */
export function syncAdvice(missing: MissingSync): string {
  switch (missing) {
    case 'start':
      return 'nothing makes the new thread wait for what its creator does after starting it: a barrier or a condition between the two points, or doing it before the thread is started';
    case 'threads':
      return 'nothing orders these two threads: a barrier, a condition or a join between the two points';
    case 'processes':
      return 'nothing orders these two processes: a byte through a pipe, a semaphore or a wait for the child between the two points';
    case 'atomic':
      return 'what one thread does in several steps is not one for the other: a lock around them, or one operation that is atomic (O_EXCL, compare and exchange)';
    case 'time-limit':
      return 'a time limit is taken for a promise that the other thread has been there: an event to wait for, without a limit that a busy machine exceeds';
  }
}
