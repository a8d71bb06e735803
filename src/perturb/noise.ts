import { UsageError } from '../errors.ts';
import type { Noise } from '../model/condition.ts';
import { didYouMean } from '../nearest.ts';
import { wholeNumber } from './whole-number.ts';

/** Classes of noise that the supervisor makes by itself. */
export const ownNoise: readonly string[] = ['switch', 'yield', 'cpu'];

/**
 * Further ones, each a stressor of stress-ng's classes scheduler, interrupt, memory, io or pipe (0.15.06) that works for an
 * ordinary user. Not taken: those that kill, fill disks, or change the machine.
 */
export const stressNgNoise: readonly string[] = [
  'affinity',
  'cache',
  'clone',
  'eventfd',
  'fork',
  'futex',
  'hdd',
  'hrtimers',
  'io',
  'io-uring',
  'membarrier',
  'mutex',
  'nanosleep',
  'pipe',
  'poll',
  'pthread',
  'schedpolicy',
  'sem',
  'sigq',
  'sockpair',
  'timer',
  'timerfd',
  'tlb-shootdown',
  'vfork',
  'vm',
];

/** A text must mean the same everywhere, so presets do not scale with the machine. */
const presets: Record<string, string> = { light: 'switch:1,yield:1', heavy: 'switch:2,yield:2,cpu:2' };

/** What the supervisor takes, see src/native/common.h (MAX_NOISES). */
const mostClasses = 8;
const mostProcesses = 1024;

/**
 * Reads the value of `--noise`: classes with the number of processes each (1 where none stands), or a preset, and where
 * they run: `switch:2,yield:2`, `cpu:4@same`, `heavy`. Throws UsageError, which lists what there is.
 */
export function readNoise(value: string): Noise {
  const [list = '', cpus = 'free', ...more] = value.trim().split('@');
  if ((cpus !== 'free' && cpus !== 'same') || more.length > 0) {
    const where = [cpus, ...more].join('@');
    throw new UsageError(
      `"@${where}" does not say where noise runs${didYouMean(where, ['free', 'same']) || '.'} It is @free (anywhere; what is meant without it) or @same (on the test's CPUs).`,
    );
  }
  return { classes: readClasses(Object.hasOwn(presets, list) ? (presets[list] ?? '') : list), cpus };
}

/** The value that readNoise turns into `noise`; classes are sorted by name. */
export function noiseText({ classes, cpus }: Noise): string {
  const sorted = [...classes].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${sorted.map(({ name, count }) => `${name}:${count}`).join(',')}@${cpus}`;
}

/** Its classes that only stress-ng can make. */
export function stressNgClasses(noise: Noise | null): string[] {
  return (noise?.classes ?? []).map(({ name }) => name).filter((name) => !ownNoise.includes(name));
}

/** @throws UsageError when a class of `noise` needs stress-ng and there is none. */
export function checkNoiseTool(noise: Noise | null, hasStressNg: boolean): void {
  const missing = stressNgClasses(noise);
  if (hasStressNg || missing.length === 0) return;
  throw new UsageError(
    `Noise of the class ${missing.join(', ')} is made by stress-ng, which is not installed. Install it (on Debian: apt-get install stress-ng), or use the classes that need nothing: ${ownNoise.join(', ')}.`,
  );
}

function readClasses(list: string): Noise['classes'] {
  const classes = list.split(',').map(readClass);
  const names = classes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new UsageError(`The class "${twice}" stands twice in the noise "${list}".`);
  if (classes.length > mostClasses) {
    throw new UsageError(`The noise "${list}" has ${classes.length} classes; it may have at most ${mostClasses}.`);
  }
  return classes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readClass(text: string): Noise['classes'][number] {
  const [, name = text, count = '1'] = /^([^:]*)(?::(.*))?$/.exec(text.trim()) ?? [];
  const known = [...ownNoise, ...stressNgNoise];
  if (!known.includes(name)) throw new UsageError(unknownClass(name, known));
  return { name, count: wholeNumber(count, `The number of ${name} processes`, 1, mostProcesses) };
}

function unknownClass(name: string, known: readonly string[]): string {
  const names = Object.keys(presets);
  if (names.includes(name)) return `"${name}" is a preset and stands alone; it means ${presets[name]}.`;
  const guess = didYouMean(name, [...names, ...known]) || '.';
  return `"${name}" is not a class of noise${guess} The classes are ${ownNoise.join(', ')}; with stress-ng installed also ${stressNgNoise.join(', ')}. The presets are ${names.join(' and ')}.`;
}
