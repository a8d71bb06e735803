import { closeSync, constants, openSync } from 'node:fs';
import type { Check } from '../../model/check.ts';

/** Whether guests can have the processor's own virtualization. */
export function checkKvm(path = '/dev/kvm'): Check {
  const base = { name: 'kvm', group: 'diagnosis' as const };
  try {
    closeSync(openSync(path, constants.O_RDWR));
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const cost = 'guests (--kernel) are translated by qemu: some ten times slower, and with other timing';
    const missing = code === 'ENOENT' || code === 'ENXIO' || code === 'ENODEV';
    const found = missing ? `there is no ${path}` : `${path} may not be read and written (${code})`;
    const remedy = missing
      ? 'a machine with virtualization, switched on in its firmware, or a virtual one with nested virtualization'
      : 'as root: adduser USER kvm, then log in again; a container may be given --device /dev/kvm';
    return { ...base, state: 'warn', found, cost, remedy };
  }
  const found = `${path} can be read and written; whether it boots a kernel is seen at the first guest`;
  return { ...base, state: 'ok', found, cost: null, remedy: null };
}
