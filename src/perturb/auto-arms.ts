import type { Condition } from '../model/condition.ts';
import { parseCondition } from './condition-text.ts';

/**
 * Arms that no other makes needless: none wins everywhere. Left out is what provoked nothing by itself (pin:one), what is
 * a mixture of others (noise:heavy), and pct:4, for bugs that need it are hardly known.
 */
const arms: readonly string[] = [
  'plain',
  'chaos:note',
  'chaos:handoff',
  'chaos:pct:1',
  'chaos:pct:2',
  'chaos:pct:3',
  'chaos:spawn',
  'chaos:victim',
  'chaos:delays:1',
  'chaos:delays:2',
  'chaos:shuffle',
  'chaos:slack:5',
  'noise:switch:2,yield:2',
  'noise:cpu:4',
];

const quotaArm = 'quota:20%/10ms';

/** The conditions of `--strategy auto`, the base one first. `quota`: control groups were delegated to us. */
export function autoArms({ quota }: { quota: boolean }): Condition[] {
  return [...arms, ...(quota ? [quotaArm] : [])].map(parseCondition);
}
