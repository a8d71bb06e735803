import type { Finding, MissingSync, TracedRun } from '../model/explain.ts';
import { threadOf } from './traced-events.ts';

/** Calls that give up when their time is up. */
const timedCalls = ['poll', 'ppoll', 'select', 'pselect6', 'epoll_wait', 'epoll_pwait', 'nanosleep', 'clock_nanosleep'];

/** What kind of synchronisation is missing between the two events of a finding. */
export function missingSync({ kind, order }: Pick<Finding, 'kind' | 'order'>, runs: readonly TracedRun[]): MissingSync {
  const [first, second] = [threadOf(order.first), threadOf(order.second)];
  if (kind === 'interleaving') return 'atomic';
  if (timedCalls.includes(order.first.split(':')[1] ?? '')) return 'time-limit';
  if (isProcess(first, runs) || isProcess(second, runs)) return 'processes';
  return first.startsWith(`${second}.`) ? 'start' : 'threads';
}

/** Threads set up their robust list and rseq at their first call; a forked process has rseq from its parent. */
function isProcess(thread: string, runs: readonly TracedRun[]): boolean {
  if (thread === '0') return false;
  const own = runs.find(({ events }) => events.some((event) => event.thread === thread))?.events ?? [];
  return !own.some((event) => event.thread === thread && event.call === 'rseq');
}
