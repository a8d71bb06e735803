import { UsageError } from '../errors.ts';
import { type ChosenEngine, type ChosenGuest, chooseEngine } from '../hunt/engine-choice.ts';
import { type GuestWish, guestOfHeader } from '../hunt/guest-wish.ts';
import { refusalOf, thisMachine } from '../hunt/hunt-session.ts';
import { type ChangedSince, changedSince } from '../hunt/nightly/changed-since.ts';
import { machineClass } from '../hunt/nightly/machine-class.ts';
import type { NightWork } from '../hunt/nightly/night-session.ts';
import { selectTests, testsOfShard } from '../hunt/nightly/select-tests.ts';
import { longestRuns, scheduledTests } from '../hunt/nightly/what-is-known.ts';
import { builtTarget, type Opened } from '../hunt/target.ts';
import type { History, PastNightCell } from '../model/history.ts';
import type { MachineFacts } from '../model/machine.ts';
import type { NightHeader } from '../model/night.ts';
import type { NightRecord } from '../model/night-events.ts';
import type { CommandContext } from '../model/settings.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { isSamePlace, placeText } from '../report/place.ts';
import { buildTest } from '../source/build-test.ts';
import { listTests } from '../source/list-tests.ts';
import { newHuntId } from '../store/hunt-id.ts';
import { findTool } from './find-tool.ts';
import { cpusOf } from './guest-request.ts';
import type { LineScreen } from './line-screen.ts';
import type { NightlyRequest } from './nightly-request.ts';
import { openTarget } from './prepare-target.ts';
import { calibrationStrategy } from './revision-desk.ts';

/** A night ready to be hunted. */
export interface PreparedNight {
  header: NightHeader;
  history: History;
  /** Why nothing can be learnt here; null: something can. */
  refusal: string | null;
  notes: string[];
  work: Omit<NightWork, 'log' | 'header' | 'record' | 'onEvent' | 'onActivity'>;
}

/** Opens the tree, the engine and the past, and chooses the tests. @throws UsageError, EnvironmentError */
export async function beginNight(
  request: NightlyRequest,
  engine: string | undefined,
  history: History,
  screen: LineScreen<never>,
  context: CommandContext,
): Promise<PreparedNight> {
  const { source } = screen;
  const { wish } = request.guest;
  // Before anything is built or booted.
  for (const one of request.conditions) readCondition(one, wish, null, context);
  const opened = await openTarget(request, source, context.settings);
  const stems = await testsOf(opened, screen);
  const asked = selectTests(request.tests, stems, opened.suite.nameForms);
  const chosen = await chooseEngine(engine, source, wish);
  const conditions = [...new Set(request.conditions.map((one) => readCondition(one, wish, chosen.guest, context)))];
  const machine = await thisMachine(chosen, context.signal);
  const lanes = request.lanes ?? usualLanes(machine, chosen);
  mustFit(lanes, machine, chosen);
  const guest = chosen.guest?.facts ?? null;
  const lineage = { suite: opened.suite.name, machineClass: machineClass(machine, guest, lanes) };
  const shard = testsOfShard(asked, request.shard);
  const past = history.cells(lineage, null);
  const since = await changedSince(past, shard, { ...opened, stems }, source);
  const tests = request.changed ? shard.filter((test) => since.any.has(test)) : shard;
  const started = new Date();
  const header: NightHeader = {
    id: newHuntId(started, `night-${opened.suite.name}`, Math.random),
    started: started.toISOString(),
    version: context.version,
    ...lineage,
    revision: opened.revision.facts,
    build: null,
    engine: chosen.name,
    machine,
    guest,
    conditions,
    budgetMs: request.budgetMs,
    seed: request.seed,
    tests,
    jobs: lanes,
    limitMs: request.limitMs,
    overload: request.overload,
    failOn: request.failOn,
    shard: request.shard,
    commandLine: context.commandLine,
  };
  const prepared = prepare(header, opened, chosen, { history, past, since }, screen, context);
  return { ...prepared, notes: request.changed ? since.notes : [] };
}

/** The same night again. @throws UsageError where it cannot go on here */
export async function reopenNight(
  { header }: NightRecord,
  engine: string | undefined,
  history: History,
  screen: LineScreen<never>,
  context: CommandContext,
): Promise<PreparedNight> {
  const { source } = screen;
  const chosen = await chooseEngine(engine, source, guestOfHeader(header));
  const machine = await thisMachine(chosen, context.signal);
  mustBeTheSame(header, machine, chosen);
  const { tree, commit, name } = header.revision;
  const rev = name === 'worktree' ? 'worktree' : commit;
  const opened = await openTarget({ tree, rev, suite: header.suite }, source, context.settings);
  if (opened.revision.treeId !== header.revision.treeId) {
    throw new UsageError(`The sources are not what they were when night ${header.id} began. Begin another night.`);
  }
  const stems = await testsOf(opened, screen);
  const past = history.cells(header, null).filter(({ night }) => night !== header.id);
  const since = await changedSince(past, header.tests, { ...opened, stems }, source);
  return prepare({ ...header, machine }, opened, chosen, { history, past, since }, screen, context);
}

/** Before anything that the log of the night names is opened. @throws UsageError */
function mustBeTheSame(header: NightHeader, machine: MachineFacts, chosen: ChosenEngine): void {
  const here = { machine, guest: chosen.guest?.facts ?? null };
  const now = machineClass(machine, here.guest, header.jobs ?? 1);
  if (isSamePlace(header, here) && now === header.machineClass) return;
  const [then, today] = isSamePlace(header, here) ? [header.machineClass, now] : [placeText(header), placeText(here)];
  throw new UsageError(
    `Night ${header.id} ran on ${then}; this is ${today}. Rates of two machines are never mixed: begin a new night here.`,
  );
}

interface Surroundings {
  history: History;
  /** Of other nights. */
  past: PastNightCell[];
  since: ChangedSince;
}

function prepare(
  header: NightHeader,
  { tree, revision, suite }: Opened,
  chosen: ChosenEngine,
  { history, past, since }: Surroundings,
  { source }: LineScreen<never>,
  { settings, signal }: CommandContext,
): PreparedNight {
  const { paths, env, run } = settings;
  const refusal = chosen.path === null ? null : refusalOf(suite, header.machine, chosen.guest !== null);
  return {
    header,
    history,
    refusal:
      refusal === null
        ? null
        : `io_uring is refused here: ${refusal.replace(/^io_uring refused: /, '')}. \`flakehunt doctor\` tells more.`,
    notes: [],
    work: {
      tests: scheduledTests(header.tests, past, since.own, suite.serial ?? []),
      masked: run.masked ?? 'report',
      place: {
        paths,
        env,
        signal,
        chosen,
        machine: header.machine,
        gdb: findTool('gdb', env),
        stressNg: findTool('stress-ng', env),
      },
      async build(test) {
        // Once the night is on, its progress has the line.
        const quiet = { ...source, progress: () => undefined };
        const built = await buildTest({ tree, revision, suite, test }, quiet);
        return await builtTarget(built, { suite, test, args: [], revision: revision.facts }, quiet);
      },
      longest: longestRuns(past),
    },
  };
}

/** @throws UsageError when the suite names no tests */
async function testsOf({ tree, revision, suite }: Opened, { source }: LineScreen<never>): Promise<string[]> {
  const stems = await listTests(tree, revision, suite, source);
  if (stems.length > 0) return stems;
  throw new UsageError(
    `The suite ${suite.name} names no tests in ${tree.name}, and a night needs some: \`tests\` in flakehunt.config.yaml says where they are named.`,
  );
}

/** Canonical text of the one condition that a name or text stands for. @throws UsageError, EnvironmentError */
function readCondition(
  text: string,
  guest: GuestWish | null,
  booted: ChosenGuest | null,
  context: CommandContext,
): string {
  if (text.trim() === 'auto') {
    throw new UsageError(
      'A night compares rates, and auto changes its conditions as it goes: name one, such as plain or chaos:pct:3.',
    );
  }
  const condition = calibrationStrategy(text, { guest, booted }, context).conditions.at(-1);
  if (condition === undefined) throw new Error(`"${text}" gave no condition`);
  return conditionText(condition);
}

/** A test that races needs two CPUs to race on. */
function usualLanes({ cpusAllowed }: MachineFacts, { guest }: ChosenEngine): number {
  return guest === null ? Math.max(1, Math.floor(cpusAllowed.length / 2)) : 1;
}

function mustFit(lanes: number, { cpusAllowed }: MachineFacts, { guest }: ChosenEngine): void {
  const cpus = guest === null ? cpusAllowed.length : cpusOf(null).length;
  if (lanes <= cpus) return;
  throw new UsageError(
    `--jobs ${lanes} tests side by side share ${cpus === 1 ? 'one CPU' : `${cpus} CPUs`}: each needs one at least, and two for threads to race on. Without --jobs there are as many as fit.`,
  );
}
