import type { Finding } from '../../model/explain.ts';
import { padEnd } from '../display-text.ts';
import type { LocatedFinding } from './explain-view.ts';
import { frameText } from './place-text.ts';

/**
 * The two threads in both orders, time to the right.
 * @example
 * fails   0.2 --o-----  io_uring_enter (wait_for_message, msg-ring.c:75)
 *         0   -----o--  io_uring_enter (test_remote, msg-ring.c:122)
 */
export function timeline({ kind }: Pick<Finding, 'kind'>, { first, second }: LocatedFinding): string[] {
  const width = Math.max(first.thread.length, second.thread.length);
  const label = Math.max('fails'.length, 'passes'.length) + 2;
  const row = (head: string, point: LocatedFinding['first'], line: string) => {
    const place = frameText(point.named ?? point.frames[0] ?? null, point);
    return `${padEnd(head, label)}${padEnd(point.thread, width)}  ${line}  ${point.call} (${place})`;
  };
  const [early, late] = ['--o-----', '-----o--'];
  // Of an interleaving the second thread stands at its event: it has come, and goes on behind the first.
  const held = kind === 'interleaving' ? '-|...o--' : late;
  return [
    row('fails', first, kind === 'interleaving' ? '---o----' : early),
    row('', second, held),
    row('passes', first, kind === 'interleaving' ? early : late),
    row('', second, kind === 'interleaving' ? '-----|o-' : early),
  ];
}
