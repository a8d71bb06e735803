import { UsageError } from '../errors.ts';
import type { CpuList } from '../model/condition.ts';

/** Linux's largest NR_CPUS is 8192; anything far above it is a slip of the hand, not a machine. */
const HIGHEST_CPU = 65_535;

/**
 * Reads the kernel's list format, as in `Cpus_allowed_list` and `taskset -c`: `0,2-3` is 0, 2, 3.
 * Any order and repeats are accepted. Throws UsageError for anything else, an empty list included.
 */
export function parseCpuList(text: string): CpuList {
  const cpus = new Set<number>();
  for (const part of text.trim().split(',')) {
    const [first, last] = parseRange(part, text);
    for (let cpu = first; cpu <= last; cpu++) cpus.add(cpu);
  }
  return [...cpus].sort((a, b) => a - b);
}

/** The shortest list in the kernel's format, e.g. `0,2-3` (two neighbours are a range, as the kernel prints them). */
export function formatCpuList(cpus: readonly number[]): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  const ranges: [first: number, last: number][] = [];
  for (const cpu of sorted) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === cpu - 1) range[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

function parseRange(part: string, whole: string): [first: number, last: number] {
  const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part.trim());
  if (match === null) {
    throw new UsageError(`"${whole.trim()}" is not a CPU list; write numbers and ranges joined by commas, like 0,2-3.`);
  }
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (last < first) {
    throw new UsageError(`"${part.trim()}" in the CPU list runs backwards; write ${last}-${first}.`);
  }
  if (last > HIGHEST_CPU) {
    throw new UsageError(
      `CPU ${last} in "${whole.trim()}" is beyond any machine's; the highest number read is ${HIGHEST_CPU}.`,
    );
  }
  return [first, last];
}
