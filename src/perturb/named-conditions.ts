import type { NamedCondition } from '../model/settings.ts';
import { parseCondition } from './condition-text.ts';

/** What each provoked, and did not, was measured on five kinds of bugs; `order` is the wrong order of two events. */
const table: readonly (readonly [name: string, text: string, about: string])[] = [
  ['plain', 'plain', 'nothing is perturbed: how often the test fails by itself'],
  ['one-cpu', 'pin:one', 'all threads of a run on one CPU: rarely provokes on its own, hides races of two CPUs'],
  [
    'shuffled-cpus',
    'pin:shuffle',
    'each run on another subset of the CPUs: what depends on their number or neighbourhood',
  ],
  [
    'note',
    'chaos:note',
    'every call is intercepted and let go at once: orders with a wide window; a control for the rest',
  ],
  [
    'handoff',
    'chaos:handoff',
    'every call gives the CPU to another thread: orders, also of three events, at little cost',
  ],
  ['pct-1', 'chaos:pct:1', 'one thread at a time, by random priorities: any order of two calls; replays exactly'],
  ['pct-2', 'chaos:pct:2', 'pct-1 and one change of priority: check-then-act races, orders of three calls'],
  ['pct-3', 'chaos:pct:3', 'pct-1 and two changes of priority: the same where the windows are narrower'],
  ['pct-4', 'chaos:pct:4', 'pct-1 and three changes of priority: orders of many calls, seldom needed'],
  ['spawn', 'chaos:spawn', 'a new thread or its creator is held up to 4 ms: races at the start of threads'],
  ['victim', 'chaos:victim', 'one thread starves for a stretch: time-outs, and threads that count on being in time'],
  ['delays-1', 'chaos:delays:1', 'one call is held up to 4 ms, all CPUs in use: orders that need two CPUs'],
  ['delays-2', 'chaos:delays:2', 'two calls are held up to 4 ms, all CPUs in use: orders of three events'],
  ['shuffle', 'chaos:shuffle', 'new threads get random CPUs: wake-ups and caches'],
  ['slack', 'chaos:slack:5', 'timers expire up to 5 ms late: races of time-outs'],
  [
    'noise-light',
    'noise:light',
    'a little switching and yielding beside the test: orders, on a machine that is not idle',
  ],
  ['noise-switch', 'noise:switch:2,yield:2', 'much switching and yielding beside the test: orders'],
  ['noise-cpu', 'noise:cpu:4', 'CPUs kept busy beside the test: starvation and time-outs, seldom orders'],
  ['noise-heavy', 'noise:heavy', 'switching, yielding and busy CPUs together: a crowded machine'],
  ['starved', 'quota:20%/10ms', '2 ms of CPU in every 10 ms: bursts of starvation, as in a container with a CPU limit'],
];

/** The conditions that `--strategy` knows by name, `plain` first. */
export const builtInConditions: readonly NamedCondition[] = table.map(([name, text, about]) => ({
  name,
  condition: parseCondition(text),
  about,
}));
