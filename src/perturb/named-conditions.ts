import type { NamedCondition } from '../model/settings.ts';
import { parseCondition } from './condition-text.ts';

/**
 * What each provoked, and did not, was measured on five bugs: two order violations (one with three events), two atomicity
 * violations (one without a system call in its window, which nothing here provokes), and a starvation.
 */
const table: readonly (readonly [name: string, text: string, about: string])[] = [
  ['plain', 'plain', 'nothing is perturbed: how often the test fails by itself'],
  ['one-cpu', 'pin:one', 'all threads on one CPU: rarely provokes, hides other races'],
  ['shuffled-cpus', 'pin:shuffle', 'each run on other CPUs: what depends on their number'],
  ['note', 'chaos:note', 'calls intercepted and let go at once: easy order violations'],
  ['handoff', 'chaos:handoff', 'each call gives the CPU away: order violations, at little cost'],
  ['pct-1', 'chaos:pct:1', 'one thread at a time, random priorities: order violations'],
  ['pct-2', 'chaos:pct:2', 'pct-1 with one change of priority: atomicity violations too'],
  ['pct-3', 'chaos:pct:3', 'pct-1 with two changes: also violations of three events'],
  ['pct-4', 'chaos:pct:4', 'pct-1 with three changes: of many events, seldom needed'],
  ['spawn', 'chaos:spawn', "a new thread or its creator is held: races of a thread's start"],
  ['victim', 'chaos:victim', 'one thread gets no CPU for a while: starvation, time-outs'],
  ['delays-1', 'chaos:delays:1', 'one call held up to 4 ms: order violations that need two CPUs'],
  ['delays-2', 'chaos:delays:2', 'two calls held up to 4 ms: the same with three events'],
  ['shuffle', 'chaos:shuffle', 'new threads get random CPUs: races of wake-ups and caches'],
  ['slack', 'chaos:slack:5', 'timers expire up to 5 ms late: races of time-outs'],
  ['noise-light', 'noise:light', 'some switching and yielding beside it: order violations'],
  ['noise-switch', 'noise:switch:2,yield:2', 'much switching and yielding beside it: order violations'],
  ['noise-cpu', 'noise:cpu:4', 'busy CPUs beside it: starvation, time-outs'],
  ['noise-heavy', 'noise:heavy', 'switching, yielding and busy CPUs: as on a crowded machine'],
  ['starved', 'quota:20%/10ms', '2 ms of CPU in every 10 ms: bursts of starvation, time-outs'],
  ['preempt-none', 'preempt:none', 'kernel code keeps its CPU until it waits: long latencies'],
  ['preempt-full', 'preempt:full', 'kernel code loses its CPU nearly anywhere: races in the kernel'],
];

/** The conditions that `--strategy` knows by name, `plain` first. */
export const builtInConditions: readonly NamedCondition[] = table.map(([name, text, about]) => ({
  name,
  condition: parseCondition(text),
  about,
}));
