import { UsageError } from '../errors.ts';
import type { RunDefaults } from '../model/settings.ts';
import { conditionOf, type PartTexts } from '../perturb/condition-text.ts';
import { readGuestCount, readKernel, readKernelArgs, readMemory } from './guest-values.ts';
import { type Reader, readCount, readDuration, readJobs, readMasked, readRate } from './values.ts';

/** How one default of `run` is spelt in the file, and read from there or from the environment. */
type RunKeys = { [Field in keyof RunDefaults]: { key: string; read: Reader<NonNullable<RunDefaults[Field]>> } };

const readText: Reader<string> = (text) => ({ ok: true, value: text });

/** The text of a part that can be read; where it comes from another machine, its CPUs need not be here. */
function readPart(name: keyof PartTexts): Reader<string> {
  return (text) => {
    try {
      conditionOf({ [name]: text });
      return { ok: true, value: text };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { ok: false, problem: `cannot be used: ${error.message.replace(/\.$/, '')}` };
    }
  };
}

/** The keys are spelt like the flags. */
export const runKeys: RunKeys = {
  suite: { key: 'suite', read: readText },
  tree: { key: 'tree', read: readText },
  rev: { key: 'rev', read: readText },
  jobs: { key: 'jobs', read: readJobs },
  strategy: { key: 'strategy', read: readText },
  pin: { key: 'pin', read: readPart('pin') },
  noise: { key: 'noise', read: readPart('noise') },
  chaos: { key: 'chaos', read: readPart('chaos') },
  quota: { key: 'quota', read: readPart('quota') },
  preempt: { key: 'preempt', read: readPart('preempt') },
  loops: { key: 'loops', read: readCount },
  timeMs: { key: 'time', read: readDuration },
  failures: { key: 'failures', read: readCount },
  untilRate: { key: 'until-rate', read: readRate },
  limitMs: { key: 'limit', read: readDuration },
  masked: { key: 'masked', read: readMasked },
  kernel: { key: 'kernel', read: readKernel },
  guests: { key: 'guests', read: readGuestCount },
  guestCpus: { key: 'guest-cpus', read: readGuestCount },
  guestMemoryMiB: { key: 'guest-memory', read: readMemory },
  kernelArgs: { key: 'kernel-args', read: readKernelArgs },
};

/** `FLAKEHUNT_UNTIL_RATE` for the key `until-rate`. */
export function environmentName(key: string): string {
  return `FLAKEHUNT_${key.toUpperCase().replaceAll('-', '_')}`;
}

/** Nothing set. */
export const noDefaults: RunDefaults = {
  suite: null,
  tree: null,
  rev: null,
  jobs: null,
  strategy: null,
  pin: null,
  noise: null,
  chaos: null,
  quota: null,
  preempt: null,
  loops: null,
  timeMs: null,
  failures: null,
  untilRate: null,
  limitMs: null,
  masked: null,
  kernel: null,
  guests: null,
  guestCpus: null,
  guestMemoryMiB: null,
  kernelArgs: null,
};
