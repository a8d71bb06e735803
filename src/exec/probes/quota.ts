import type { Check } from '../../model/check.ts';
import { delegatedCgroup } from '../cgroup.ts';
import type { ProbeContext } from './probe-context.ts';

/** Control groups, by which runs can be starved of CPU time. */
export function checkQuota({ read }: ProbeContext): Check {
  const base = { name: 'CPU quota', group: 'kernel' as const };
  const folder = delegatedCgroup(read);
  if (folder !== null)
    return { ...base, state: 'ok', found: `groups can be made in ${folder}`, cost: null, remedy: null };
  return {
    ...base,
    state: 'warn',
    found: 'no control group with the cpu controller is delegated to this user',
    cost: 'conditions with a quota, which starve a test of CPU time, are left out',
    remedy: 'run as root, outside of a container that forbids it',
  };
}
