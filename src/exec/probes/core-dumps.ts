import type { Check } from '../../model/check.ts';
import { limitIn } from '../system-files.ts';
import type { ProbeContext } from './probe-context.ts';

/**
 * A core is kept with its run when the kernel writes it into the working directory: a relative pattern (core(5)). A
 * handler's or another folder's core stays there.
 */
export function checkCoreDumps({ read }: ProbeContext): Check {
  const base = { name: 'core dumps', group: 'diagnosis' as const };
  const pattern = read('/proc/sys/kernel/core_pattern') ?? '';
  const hard = limitIn(read('/proc/self/limits'), 'Max core file size')?.hard ?? null;
  const relative = 'as root: sysctl kernel.core_pattern=core';
  if (hard === 0) {
    const cost = 'a crash leaves no core';
    return {
      ...base,
      state: 'warn',
      found: 'forbidden by the hard limit (ulimit -Hc is 0)',
      cost,
      remedy: 'raise the hard limit of core in /etc/security/limits.conf',
    };
  }
  if (pattern.startsWith('|')) {
    const handler = pattern.slice(1).trim().split(/\s+/)[0] ?? '';
    const cost = `a crash's core goes to ${handler} and is not kept with its run`;
    return { ...base, state: 'warn', found: `kernel.core_pattern=|${handler} ...`, cost, remedy: relative };
  }
  const found = `kernel.core_pattern=${pattern}`;
  if (pattern.startsWith('/')) {
    return { ...base, state: 'warn', found, cost: "a crash's core is not kept with its run", remedy: relative };
  }
  return { ...base, state: 'ok', found, cost: null, remedy: null };
}
