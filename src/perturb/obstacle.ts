import type { Condition } from '../model/condition.ts';
import { chaosRefusal } from './chaos-refusal.ts';
import { stressNgClasses } from './noise.ts';
import { pinObstacle } from './pin.ts';
import { preemptObstacle } from './preempt.ts';

/** What a machine offers to those who perturb. */
export interface Means {
  allowedCpus: readonly number[];
  /** What a round of seccomp user notification ended with: `ok`, an errno's name, or `unknown`. */
  chaos: string;
  stressNg: boolean;
  /** Control groups were delegated to us. */
  quota: boolean;
  /** Runs are made in guests, each with a kernel command line of its own. */
  guest: boolean;
}

/** Why the condition cannot be put in force with these means, or null when it can. */
export function obstacle({ pin, noise, chaos, quota, preempt }: Condition, means: Means): string | null {
  const held = chaos !== null && chaos.arm !== 'slack';
  const missing = stressNgClasses(noise);
  if (held && means.chaos !== 'ok' && means.chaos !== 'unknown') {
    return `seccomp user notification is refused (${means.chaos}): ${chaosRefusal(means.chaos).why}`;
  }
  if (missing.length > 0 && !means.stressNg) return `${missing.join(', ')} needs stress-ng, which is not installed`;
  if (quota !== null && !means.quota) return 'no control group is delegated to this user';
  const noPreempt = means.guest ? null : preemptObstacle({ preempt });
  return noPreempt ?? pinObstacle(pin, means.allowedCpus);
}
