/** CPU numbers as the kernel names them, ascending, no repeats. */
export type CpuList = number[];

/**
 * Where a worker's runs may execute.
 * free: no affinity set. one: all threads of a worker on one CPU. spread: the allowed CPUs dealt out to the workers in
 * disjoint shares. pair: two neighbouring CPUs a worker. shuffle: a random non-empty subset, drawn from the run's seed.
 * list: exactly these CPUs.
 */
export type Pin = { policy: 'free' | 'one' | 'spread' | 'pair' | 'shuffle' } | { policy: 'list'; cpus: CpuList };

/** One recipe of perturbation. `plain` is the empty one (pin free). */
export interface Condition {
  pin: Pin;
}

/** Rates are never mixed across strata: the same condition under another number of workers is another load. */
export interface Stratum {
  /** Canonical text of the condition: `plain`, `pin:one`, `pin:0,2-3`. */
  condition: string;
  jobs: number;
}
