import type { RunDefaults } from '../model/settings.ts';
import { type Reader, readCount, readDuration, readJobs, readMasked, readRate } from './values.ts';

/** How one default of `run` is spelt in the file, and read from there or from the environment. */
type RunKeys = { [Field in keyof RunDefaults]: { key: string; read: Reader<NonNullable<RunDefaults[Field]>> } };

const readText: Reader<string> = (text) => ({ ok: true, value: text });

/** The keys are spelt like the flags. */
export const runKeys: RunKeys = {
  suite: { key: 'suite', read: readText },
  tree: { key: 'tree', read: readText },
  rev: { key: 'rev', read: readText },
  jobs: { key: 'jobs', read: readJobs },
  pin: { key: 'pin', read: readText },
  loops: { key: 'loops', read: readCount },
  timeMs: { key: 'time', read: readDuration },
  failures: { key: 'failures', read: readCount },
  untilRate: { key: 'until-rate', read: readRate },
  limitMs: { key: 'limit', read: readDuration },
  masked: { key: 'masked', read: readMasked },
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
  pin: null,
  loops: null,
  timeMs: null,
  failures: null,
  untilRate: null,
  limitMs: null,
  masked: null,
};
