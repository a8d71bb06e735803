import type { HuntEvent } from '../model/events.ts';

/** Numbers the next session of a hunt goes on from. */
export interface ResumePoint {
  nextRun: number;
  nextClass: number;
  nextBatch: number;
}

/** Of a hunt that has no runs yet. */
export const freshStart: ResumePoint = { nextRun: 1, nextClass: 1, nextBatch: 1 };

/** Folds one logged event into the numbers that are free after it. */
export function advance(point: ResumePoint, event: HuntEvent): ResumePoint {
  switch (event.type) {
    case 'class':
      return {
        ...point,
        nextRun: Math.max(point.nextRun, event.run + 1),
        nextClass: Math.max(point.nextClass, event.class + 1),
      };
    case 'tally':
      return { ...point, nextRun: event.runs.reduce((next, [, last]) => Math.max(next, last + 1), point.nextRun) };
    case 'batch':
      return { ...point, nextBatch: Math.max(point.nextBatch, event.batch + 1) };
    default:
      return point;
  }
}
