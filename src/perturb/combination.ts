import { UsageError } from '../errors.ts';
import type { Condition } from '../model/condition.ts';
import { needsIdleCpu } from './chaos.ts';
import { pinText } from './pin.ts';

/** @throws UsageError for parts that are each well formed and would make each other meaningless. */
export function checkTogether({ pin, noise, chaos, quota }: Condition): void {
  if (chaos === null || !needsIdleCpu(chaos)) return;
  const { arm } = chaos;
  const oneCpu = pin.policy === 'list' ? pin.cpus.length === 1 : pin.policy === 'free' || pin.policy === 'one';
  if (!oneCpu) {
    throw new UsageError(
      `The chaos ${arm} keeps all threads of a run on one CPU, so it does not go with pin:${pinText(pin)}; leave the pin out, or name a single CPU, such as pin:0.`,
    );
  }
  if (noise?.cpus === 'same') {
    throw new UsageError(
      `The chaos ${arm} acts when the test's CPU falls idle, which noise on the same CPU (@same) prevents; use @free noise, or another arm.`,
    );
  }
  if (quota !== null) {
    throw new UsageError(
      `The chaos ${arm} takes an idle CPU for a test at rest, and a quota makes the CPU idle in the middle of the test; use one of the two, or another arm.`,
    );
  }
}

/** An arm that needs its CPU for itself implies `pin:one`: with and without it is one condition, written without. */
export function withImpliedPin(condition: Condition): Condition {
  const implied = condition.pin.policy === 'one' && needsIdleCpu(condition.chaos);
  return implied ? { ...condition, pin: { policy: 'free' } } : condition;
}
