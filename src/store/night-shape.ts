/*
 * What a line of a night's log must have before anything else looks at it: logs come from other machines, in bundles. Names
 * that become paths, and commits that become words of a command, have nothing in them that could be more than that.
 */

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const flag: Check = (value) => typeof value === 'boolean';
const moment: Check = (value) => typeof value === 'string' && Number.isFinite(Date.parse(value));
const commit: Check = (value) => typeof value === 'string' && /^[0-9a-f]{1,64}$/.test(value);
const folderName: Check = (value) => typeof value === 'string' && /^\w[\w.-]{0,200}$/.test(value);

const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const missingOr =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const shape =
  (fields: Record<string, Check>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const verdictCounts = shape({ pass: count, fail: count, masked: count, skip: count, hang: count, invalid: count });

const signature = shape({
  id: text,
  kind: text,
  title: text,
  errnos: listOf(shape({ value: (value) => typeof value === 'number', name: text, text })),
  lines: listOf(text),
});

const known = shape({
  title: text,
  explanation: text,
  links: listOf(text),
  fixes: listOf(shape({ commit: text, what: text })),
});

const cell = shape({
  test: text,
  condition: text,
  counts: verdictCounts,
  signatures: listOf(
    shape({
      ...{ signature, verdict: text, known: orNull(known), count, firstRun: count },
      ...{ reproduce: text, excerpt: text },
    }),
  ),
  hunt: orNull(folderName),
  elapsedMs: count,
  reason: orNull(text),
  wall: orNull(shape({ minUs: count, medianUs: count, p99Us: count, maxUs: count })),
  overloaded: shape({ runs: count, failures: count }),
});

const header = shape({
  id: folderName,
  started: moment,
  version: text,
  suite: text,
  revision: shape({ tree: orNull(text), commit: orNull(commit), name: orNull(text) }),
  machine: shape({ kernel: text, hostname: text, cpusAllowed: listOf(count), loadAverage: listOf(count) }),
  machineClass: text,
  conditions: listOf(text),
  budgetMs: count,
  seed: text,
  tests: listOf(text),
  shard: orNull(shape({ index: count, total: count })),
  commandLine: listOf(text),
});

const shapes: Record<string, Check> = {
  night: shape({ t: count, v: count, header }),
  session: shape({ t: count }),
  begun: shape({ t: count, test: text, condition: text, hunt: folderName }),
  load: shape({ t: count, overloaded: flag }),
  cell: shape({ t: count, cell }),
  note: shape({ t: count, text }),
  refused: shape({ t: count, text }),
  bisected: shape({ t: count, test: text, bisect: orNull(folderName), exitCode: missingOr(count) }),
  end: shape({ t: count, reason: text, exitCode: count }),
};

/** Whether a parsed line is an event of a night with all that such an event has. */
export function isNightEvent(value: unknown): boolean {
  const { type } = (value ?? {}) as { type?: unknown };
  return typeof type === 'string' && Object.hasOwn(shapes, type) && shapes[type]?.(value) === true;
}
