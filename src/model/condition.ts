/** CPU numbers as the kernel names them, ascending, no repeats. */
export type CpuList = number[];

/**
 * Where a worker's runs may execute.
 * free: no affinity set. one: all threads of a worker on one CPU. spread: the allowed CPUs dealt out to the workers in
 * disjoint shares. pair: two neighbouring CPUs a worker. shuffle: a random non-empty subset, drawn from the run's seed.
 * list: exactly these CPUs.
 */
export type Pin = { policy: 'free' | 'one' | 'spread' | 'pair' | 'shuffle' } | { policy: 'list'; cpus: CpuList };

/** Kinds of system calls that chaos steps in at. `rest` is every call that can be held without harm. */
export const callClasses = ['lifecycle', 'sync', 'resource', 'rest'] as const;
export type CallClass = (typeof callClasses)[number];

/**
 * How a run's schedule is disturbed from inside, at its system calls, drawn from the run's seed.
 * note: every call is intercepted and let go at once. handoff: all threads on one CPU, one at a time, and at each call
 * any may be next. pct: likewise, but by random priorities, with depth - 1 changes of priority (on one CPU).
 * spawn: a new thread or its creator is held. victim: one thread starves for a while. delays: `count` calls are held.
 * shuffle: threads are moved to random CPUs. slack: timers may expire `ms` milliseconds late; intercepts nothing.
 * force: nothing is random; see Force.
 * `horizon` (calls made while two or more threads lived) and `spanUs` (duration of an ordinary run) scale what is drawn;
 * null: learnt on the way.
 */
export type Chaos =
  | { arm: 'note' | 'handoff' | 'spawn' | 'shuffle'; classes: CallClass[] }
  | { arm: 'pct'; depth: number; horizon: number | null; classes: CallClass[] }
  | { arm: 'delays'; count: number; horizon: number | null; classes: CallClass[] }
  | { arm: 'victim'; spanUs: number | null; classes: CallClass[] }
  | { arm: 'slack'; ms: number }
  | Force;

/**
 * Two events in one order: who comes to `second` is held until `first` has been let go (`release`), or its call is over or
 * sleeps (`done`), and for `offsetUs` more. `interleave`: neither goes on before both have come. Events are named as in
 * traces, PEDIGREE/EPOCH:CALL:SITE:K (`0.1/0:read:45b:0`).
 */
export interface Force {
  arm: 'force';
  classes: CallClass[];
  first: string;
  second: string;
  mode: 'order' | 'interleave';
  after: 'release' | 'done';
  offsetUs: number;
}

/** Load beside the test. `count` processes of each class; `same`: on the test's CPUs, `free`: anywhere. */
export interface Noise {
  classes: { name: string; count: number }[];
  cpus: 'free' | 'same';
}

/** A share of one CPU a period, as a control group allows it. */
export interface Quota {
  percent: number;
  periodMs: number;
}

/** How readily a guest's kernel lets go of a CPU (`preempt=` on its command line). */
export type Preempt = 'none' | 'voluntary' | 'full';

/** One recipe of perturbation. `plain` is the empty one (pin free, all else null). */
export interface Condition {
  pin: Pin;
  noise: Noise | null;
  chaos: Chaos | null;
  quota: Quota | null;
  /** In guests only. */
  preempt: Preempt | null;
}

/** What earlier runs taught, for arms that need to know how long a run is; see Chaos. */
export interface Learnt {
  horizon: number;
  spanUs: number;
}

/** Rates are never mixed across strata: the same condition under another number of workers is another load. */
export interface Stratum {
  /** Canonical text of the condition: `plain`, `pin:one`, `pin:0,2-3`, `noise:switch:2,yield:2@free`, `chaos:pct:2`. */
  condition: string;
  jobs: number;
}
