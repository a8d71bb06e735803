import type { Agreement, Divergence, Release, ReplayLevel, ReplaySchedule, ReplaySummary } from '../model/replay.ts';
import { durationText, plural } from './quantities.ts';

/** What may be expected of a replay; what came of it is measured and told after the runs. */
export function levelText(level: ReplayLevel): string {
  switch (level) {
    case 'L3':
      return 'L3: calls of its threads are let go one at a time, in an order drawn from the seed: outcome and schedule should be the same each time';
    case 'L1':
      return "L1: which threads are held, how long, or where they run is drawn from the seed; the order that comes of it is the machine's, so runs may differ";
    case 'L0':
      return 'L0: nothing of the timing is drawn from the seed; each is a run like any other';
  }
}

/** How far the outcomes agree; null where there is nothing to compare a single run with. */
export function outcomeAgreement({ runs, outcomeAgreement: agreement }: ReplaySummary): string | null {
  return runs === 0 ? null : agreementText(agreement, '');
}

/** How far the schedules agree, then where they part, a text each. */
export function scheduleAgreement(summary: ReplaySummary): string[] {
  const { scheduleAgreement: agreement, schedules, differentSchedules } = summary;
  const [first, ...others] = schedules;
  if (agreement === null || first === undefined) return [];
  const text = agreementText(agreement, ` (${first.hash})`) ?? first.hash;
  const shown = others.slice(0, mostParts);
  const left = differentSchedules - 1 - shown.length;
  const more = left <= 0 ? [] : [`and ${plural(left, 'more schedule')}`];
  return [text, ...shown.map(partText), ...more];
}

const mostParts = 3;

function agreementText({ runs, asFirst, asOriginal }: Agreement, what: string): string | null {
  if (asOriginal !== null && asFirst < runs) {
    const first = asFirst === asOriginal ? '' : `, ${asFirst}/${runs} as run 1`;
    return `${asOriginal}/${runs} as in the hunt${first}${what}`;
  }
  const hunt = asOriginal === null ? null : asOriginal === 0 ? 'not as in the hunt' : 'as in the hunt';
  if (runs === 1) return hunt === null ? null : `${hunt}${what}`;
  if (asFirst < runs) return `${asFirst}/${runs} as run 1${what}`;
  const identical = `${runs}/${runs} identical${what}`;
  return hunt === null ? identical : `${identical}, ${asOriginal === 0 ? 'but ' : ''}${hunt}`;
}

/** @example `run 4 diverged at release 31 of 44: 0.2 rt_sigprocmask at 907 after 1.2 ms instead of 0 io_uring_enter at 829` */
function partText({ firstRun, count, divergence }: ReplaySchedule): string {
  const like = count === 1 ? '' : `, and ${count - 1} more like it`;
  return `run ${firstRun} ${divergence === null ? 'was another' : divergenceText(divergence)}${like}`;
}

export function divergenceText({ release, of, expected, happened }: Divergence): string {
  const place = `release ${release}${of === null || release > of ? '' : ` of ${of}`}`;
  if (happened === null && expected === null) return `diverged after release ${release - 1}, the last that was kept`;
  if (happened === null) return `was over at ${place}, where run 1 went on with ${callText(expected)}`;
  const after = ` after ${durationText(happened.releasedUs)}`;
  if (expected === null) return `went on at ${place} with ${callText(happened)}${after}, where run 1 was over`;
  return `diverged at ${place}: ${callText(happened)}${after} instead of ${callText(expected)}`;
}

function callText(release: Release | null): string {
  return release === null ? '' : `${release.thread} ${release.call} at ${release.site}`;
}
