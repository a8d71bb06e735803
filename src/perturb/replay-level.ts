import type { Condition } from '../model/condition.ts';
import type { ReplayLevel } from '../model/replay.ts';

/** What a run's seed repeats under this condition; see src/native/PROTOCOL.md, "Chaos". */
export function replayLevel({ chaos }: Pick<Condition, 'chaos'>): ReplayLevel {
  switch (chaos?.arm) {
    case 'pct':
    case 'handoff':
      return 'L3';
    case 'spawn':
    case 'delays':
    case 'victim':
    case 'shuffle':
    case 'force':
      return 'L1';
    case 'note':
    case 'slack':
    case undefined:
      return 'L0';
  }
}
