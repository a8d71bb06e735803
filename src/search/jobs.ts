/** Throughput seen with one number of workers. */
export interface JobsProbe {
  jobs: number;
  runs: number;
  elapsedUs: number;
}

export type JobsStep =
  /** Try this many workers for `ms` milliseconds. */
  { kind: 'probe'; jobs: number; ms: number } | { kind: 'settled'; jobs: number };

const worthwhileGain = 1.1;
const closeToBest = 0.95;

/**
 * What `--jobs auto` does next: doubles the workers while throughput grows by a tenth or more (one disappointing step is
 * forgiven, the machine may have hiccupped), then settles on the fewest workers within 5 % of the best.
 * @param cpus number of CPUs the runs may use
 * @param most workers that make sense under the condition
 */
export function nextJobsStep(probes: JobsProbe[], cpus: number, most = Number.POSITIVE_INFINITY): JobsStep {
  const limit = Math.min(most, Math.max(16, 8 * cpus));
  const last = probes.at(-1);
  if (last === undefined) return { kind: 'probe', jobs: 1, ms: 400 };
  if (last.jobs * 2 > limit || disappointments(probes) >= 2) return { kind: 'settled', jobs: fewestNearBest(probes) };
  return { kind: 'probe', jobs: last.jobs * 2, ms: probeMs(last) };
}

/** Probes since throughput last grew by a worthwhile step. */
function disappointments(probes: JobsProbe[]): number {
  let best = 0;
  let since = 0;
  for (const probe of probes) {
    const rate = throughput(probe);
    since = rate >= best * worthwhileGain ? 0 : since + 1;
    best = Math.max(best, rate);
  }
  return since;
}

function fewestNearBest(probes: JobsProbe[]): number {
  const best = Math.max(...probes.map(throughput));
  return probes.find((probe) => throughput(probe) >= closeToBest * best)?.jobs ?? 1;
}

/** Long enough for about eight runs a worker, so that slow tests are compared by whole runs. */
function probeMs(last: JobsProbe): number {
  const runMs = last.runs === 0 ? last.elapsedUs / 1000 : (last.elapsedUs * last.jobs) / last.runs / 1000;
  return Math.round(Math.min(10_000, Math.max(400, 8 * runMs)));
}

/** Runs a second. */
function throughput(probe: JobsProbe): number {
  return probe.elapsedUs === 0 ? 0 : (probe.runs * 1e6) / probe.elapsedUs;
}
