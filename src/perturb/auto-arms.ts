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

/** Where the kernel is the guest's own. `voluntary` lies between them. */
const preemptArms: readonly string[] = ['preempt:none', 'preempt:full'];

/**
 * The conditions of `--strategy auto`, the base one first.
 * @param means quota: control groups were delegated to us; preempt: runs are made in guests, whose kernel takes `preempt=`
 */
export function autoArms({ quota, preempt }: { quota: boolean; preempt: boolean }): Condition[] {
  return [...arms, ...(quota ? [quotaArm] : []), ...(preempt ? preemptArms : [])].map(parseCondition);
}
