import type { Effect } from '../model/summary.ts';

/** What a condition's chaos (canonical text) lacked, where tookEffect says that it did nothing. */
export function idleReason(condition: string, { runs, threads, events, concurrent }: Effect): string {
  if (events === 0) return 'no call was intercepted';
  if (threads <= runs) return 'there never was a second thread';
  if (/(?:^|,)chaos:(?:pct|delays)/.test(condition) && concurrent === 0) {
    return 'no call was intercepted while two threads lived';
  }
  return 'no call was held';
}
