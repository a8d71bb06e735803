import { UsageError } from '../errors.ts';
import type { Pin } from '../model/condition.ts';
import { didYouMean } from '../nearest.ts';
import { formatCpuList, parseCpuList } from './cpu-list.ts';

const POLICIES = ['free', 'one', 'spread', 'pair', 'shuffle'] as const;

/**
 * Reads the value of `--pin`: a policy's name, or a CPU list. Any CPU number goes: the text may speak of another machine
 * (a log). Throws UsageError.
 */
export function readPin(text: string): Pin {
  const value = text.trim();
  const policy = POLICIES.find((name) => name === value);
  if (policy !== undefined) return { policy };
  if (/^\d/.test(value)) return { policy: 'list', cpus: parseCpuList(value) };
  throw new UsageError(
    `"${value}" is not a way to pin${didYouMean(value, POLICIES) || '.'} The ways are ${POLICIES.join(', ')}, or a CPU list like 0,2-3.`,
  );
}

/** The value that readPin turns into `pin`. */
export function pinText(pin: Pin): string {
  return pin.policy === 'list' ? formatCpuList(pin.cpus) : pin.policy;
}

/** @throws UsageError for a list that leaves `allowedCpus`. */
export function checkPin(pin: Pin, allowedCpus: readonly number[]): void {
  const why = pinObstacle(pin, allowedCpus);
  if (why !== null) throw new UsageError(`Runs cannot be pinned to ${pinText(pin)}: ${why}.`);
}

/** Why a list cannot be used where `allowedCpus` are (the machine's Cpus_allowed_list), or null. */
export function pinObstacle(pin: Pin, allowedCpus: readonly number[]): string | null {
  const outside = pin.policy === 'list' ? pin.cpus.filter((cpu) => !allowedCpus.includes(cpu)) : [];
  if (outside.length === 0) return null;
  const noun = outside.length === 1 ? 'CPU' : 'CPUs';
  return `${noun} ${formatCpuList(outside)} may not be used here; the allowed CPUs are ${formatCpuList(allowedCpus)}`;
}
