import { ExitCode, ExpectedError, UsageError } from '../errors.ts';
import { KernelBuilder } from '../hunt/bisect/kernel-builder.ts';
import { beginBisect, type OpenBisect } from '../hunt/bisect/open-bisect.ts';
import type { GuestWish } from '../hunt/guest-wish.ts';
import { kernelsBetween, type SeriesEntry } from '../kernel/kernel-series.ts';
import type { BisectDirection, BisectHeader } from '../model/bisect.ts';
import type { RangeEntry } from '../model/bisect-events.ts';
import type { RevisionFacts } from '../model/hunt.ts';
import type { CommandContext } from '../model/settings.ts';
import { listTests } from '../source/list-tests.ts';
import { matchTest } from '../source/match-test.ts';
import { rateInterval } from '../stats/interval.ts';
import { newHuntId } from '../store/hunt-id.ts';
import type { BisectFlags, BisectRequest } from './bisect-request.ts';
import type { BisectScreen } from './bisect-screen.ts';
import type { Subject } from './bisect-subject.ts';
import { type MeasuredFailure, measureFailure } from './measure-failure.ts';
import { openTarget } from './prepare-target.ts';
import { guestFacts, type RevisionDesk, revisionDesk } from './revision-desk.ts';

/** A search among kernels, ready to be begun. */
export interface KernelSearch {
  open: OpenBisect;
  builder: KernelBuilder;
  /** Of the failing end. */
  desk: RevisionDesk;
}

/** Where the failure was measured. */
interface FailingEnd {
  isNew: boolean;
  desk: RevisionDesk;
  measured: MeasuredFailure;
}

/**
 * `--kernels`: the test at one revision, under kernels in the order of their versions.
 * @throws UsageError, EnvironmentError; ExpectedError when neither end fails
 */
export async function beginKernelSearch(
  flags: BisectFlags,
  request: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): Promise<KernelSearch> {
  mustFitKernels(flags);
  const kernels = await kernelsAsked(flags, request, screen);
  const subject = await subjectOf(flags, request, screen, context);
  const deskOf = desks(subject, flags, request, screen, context);
  const failing = await failingEnd(kernels, subject, request, deskOf, screen, context);
  const { desk, measured, isNew } = failing;
  const header = headerOf(kernels, subject, flags, request, failing, context);
  const { calibration } = measured;
  const at = isNew ? kernels.length - 1 : 0;
  const entries = kernels.map(entryOf);
  const open = await beginBisect(
    context.settings.paths,
    header,
    { range: { commits: [] }, entries, touched: [], moved: [] },
    {
      calibration: {
        condition: calibration.condition,
        rate: rateInterval(calibration.rate.failures, calibration.rate.runs),
        base: calibration.base === null ? null : rateInterval(calibration.base.failures, calibration.base.runs),
        secondsPerRun: calibration.secondsPerRun,
      },
      evidence: [{ commit: entries[at]?.commit ?? '', arms: measured.evidence }],
      known: [],
    },
    {
      tree: subject.tree,
      suite: subject.suite,
      test: subject.test,
      args: subject.args,
      range: { commits: [] },
      touched: [],
    },
  );
  return { open, desk, builder: await builderOf(entries, subject, desk, deskOf, context.signal) };
}

/** The same for a bisect that is gone on with. */
export async function resumeKernelSearch(
  open: OpenBisect,
  flags: BisectFlags,
  request: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): Promise<KernelSearch> {
  const { header, entries } = open.knowledge;
  const { tree, suite, test, args } = header;
  const opened = await openTarget(
    { tree, suite, rev: header.axis?.revision.commit ?? null },
    screen.source,
    context.settings,
  );
  const subject: Subject = {
    ...opened,
    test,
    args,
    failing: opened.revision,
    target: header.target,
    hunt: null,
    guest: null,
    moved: [],
  };
  const { guest = null, jobs, limitMs } = header;
  if (guest === null) throw new Error('kernels without a guest');
  const shape = { ...guest, kernel: '' };
  const deskOf = desks(
    subject,
    flags,
    { ...request, jobs, limitMs, guest: { wish: shape, isFlagged: true } },
    screen,
    context,
  );
  const desk = await deskOf(guest.kernel.spec);
  return { open, desk, builder: await builderOf(entries, subject, desk, deskOf, context.signal) };
}

type DeskOf = (spec: string) => Promise<RevisionDesk>;

function desks(
  subject: Subject,
  flags: BisectFlags,
  { jobs, limitMs, guest }: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): DeskOf {
  const known = new Map<string, Promise<RevisionDesk>>();
  return async (spec) => {
    const wish: GuestWish | null = guest.wish === null ? null : { ...guest.wish, kernel: spec };
    const made =
      known.get(spec) ?? revisionDesk(subject, { engine: flags.engine, jobs, limitMs, guest: wish }, screen, context);
    known.set(spec, made);
    return await made;
  };
}

async function builderOf(
  entries: readonly RangeEntry[],
  subject: Subject,
  desk: RevisionDesk,
  deskOf: DeskOf,
  signal: AbortSignal,
): Promise<KernelBuilder> {
  const target = await desk.build(subject.failing);
  const specs = entries.map(({ commit }) => commit);
  return new KernelBuilder(specs, target, deskOf, signal);
}

/** @throws UsageError for flags that mean commits. */
function mustFitKernels(flags: BisectFlags): void {
  const ofCommits = (['path', 'firstParent', 'old', 'new'] as const).find((name) => flags[name] !== undefined);
  if (ofCommits !== undefined) {
    const flag = ofCommits === 'firstParent' ? 'first-parent' : ofCommits;
    throw new UsageError(`--${flag} is about commits, and --kernels searches kernels: leave one of them out.`);
  }
  if (flags.dryRun === true) {
    throw new UsageError(
      '--dry-run plans a search among commits; with --kernels leave it out: `flakehunt kernels` lists what would be searched.',
    );
  }
}

async function kernelsAsked(
  flags: BisectFlags,
  { ends }: BisectRequest,
  { source }: BisectScreen,
): Promise<SeriesEntry[]> {
  const all = await kernelsBetween(flags.kernels ?? '', source);
  const place = (name: string | null, otherwise: number) => {
    if (name === null) return otherwise;
    const at = all.findIndex(({ version, spec }) => version === name || spec === name || spec === `deb:${name}`);
    if (at !== -1) return at;
    throw new UsageError(
      `There is no kernel ${name} in ${flags.kernels}; there are ${all.map(({ version }) => version).join(', ')}.`,
    );
  };
  const named = [place(ends.clean, -1), place(ends.failing, -1)].filter((at) => at !== -1);
  const [from, to] = named.length === 2 ? [Math.min(...named), Math.max(...named)] : [0, all.length - 1];
  const found = all.slice(from, to + 1);
  if (found.length >= 2) return found;
  throw new UsageError(`${flags.kernels} is one kernel alone, ${found[0]?.version}; a search needs two at least.`);
}

async function subjectOf(
  flags: BisectFlags,
  request: BisectRequest,
  { source }: BisectScreen,
  { settings }: CommandContext,
): Promise<Subject> {
  if (request.test === null)
    throw new UsageError('Which test? `flakehunt bisect TEST --kernels 6.1..6.12` needs its name.');
  const opened = await openTarget(
    { tree: request.tree, suite: request.suite, rev: flags.rev ?? null },
    source,
    settings,
  );
  const { tree, revision, suite } = opened;
  const test = matchTest(request.test, await listTests(tree, revision, suite, source), suite.nameForms);
  return {
    tree,
    suite,
    test,
    args: request.args ?? [],
    failing: revision,
    target: null,
    hunt: null,
    guest: null,
    moved: [],
  };
}

class CleanEnd extends ExpectedError {}

/** A short look at each end before a long one at either: what fails often shows at once. */
function looks(said: BisectDirection | null, timeMs: number): { isNew: boolean; timeMs: number }[] {
  if (said !== null) return [{ isNew: said === 'regression', timeMs }];
  return [Math.min(shortLookMs, timeMs), timeMs].flatMap((ms) => [true, false].map((isNew) => ({ isNew, timeMs: ms })));
}

/** Of this, a fifth is spent on the failure and the condition that provokes it. */
const shortLookMs = 50_000;

/** Which end fails, where nobody said: the new one, else the old one. */
async function failingEnd(
  kernels: readonly SeriesEntry[],
  subject: Subject,
  request: BisectRequest,
  deskOf: DeskOf,
  screen: BisectScreen,
  context: CommandContext,
): Promise<FailingEnd> {
  const { direction, failing, clean } = request.ends;
  const said = direction ?? directionNamed(kernels, failing, clean);
  const complaints = new Map<string, string>();
  for (const { isNew, timeMs } of looks(said, request.timeMs)) {
    const { spec = '', version = '' } = kernels.at(isNew ? -1 : 0) ?? {};
    const desk = await deskOf(spec);
    const explain = ({ runs }: { runs: number }) => {
      const bound = `in less than ${(100 * rateInterval(0, runs).high).toPrecision(2)} % (95 %)`;
      complaints.set(version, `${version}: ${runs} runs without it, so it fails ${bound}`);
      return Promise.resolve(new CleanEnd('', ExitCode.inconclusive));
    };
    try {
      const measured = await measureFailure(subject, { ...request, timeMs }, explain, desk, screen, context);
      return { isNew, desk, measured };
    } catch (error) {
      if (!(error instanceof CleanEnd)) throw error;
    }
  }
  throw new ExpectedError(
    `${subject.test} failed under no kernel that was tried: ${[...complaints.values()].join('; ')}. Look longer with --time, name the failure with --signature, or take kernels that reach farther.`,
    ExitCode.inconclusive,
  );
}

function directionNamed(
  kernels: readonly SeriesEntry[],
  failing: string | null,
  clean: string | null,
): BisectDirection | null {
  const is = (kernel: SeriesEntry | undefined, name: string | null) =>
    name !== null && kernel !== undefined && [kernel.version, kernel.spec, kernel.spec.slice(4)].includes(name);
  if (is(kernels.at(-1), failing) || is(kernels[0], clean)) return 'regression';
  return is(kernels[0], failing) || is(kernels.at(-1), clean) ? 'fix' : null;
}

function entryOf({ spec, version }: SeriesEntry, node: number): RangeEntry {
  return {
    ...{ commit: spec, name: version, subject: spec, author: '', authorDate: '' },
    ...{ parents: node === 0 ? [] : [node - 1], inputs: spec, weight: node === 0 ? 0 : 1, exists: true },
  };
}

function headerOf(
  kernels: readonly SeriesEntry[],
  subject: Subject,
  flags: BisectFlags,
  request: BisectRequest,
  { isNew, desk, measured }: FailingEnd,
  { version, commandLine }: CommandContext,
): BisectHeader {
  const started = new Date();
  const end = (at: number): RevisionFacts => {
    const { spec = '', version: name = '' } = kernels.at(at) ?? {};
    return { tree: null, commit: null, name, subject: spec, date: null, treeId: null };
  };
  return {
    ...{ id: newHuntId(started, subject.test, Math.random), started: started.toISOString(), version },
    ...{ suite: subject.suite.name, suiteDefinition: subject.suite, test: subject.test, args: subject.args },
    ...{ tree: subject.tree.name, direction: isNew ? 'regression' : 'fix', target: measured.target },
    ...{
      old: end(0),
      new: end(-1),
      ends: [`${kernels.at(isNew ? -1 : 0)?.version} fails`],
      firstParent: false,
      paths: [],
    },
    axis: { kernels: flags.kernels ?? '', revision: subject.failing.facts },
    ...{ confidence: request.confidence, jobs: request.jobs, limitMs: request.limitMs ?? subject.suite.limitMs },
    ...{ seed: request.seed, engine: desk.chosen.name, machine: desk.machine, ...guestFacts(desk.chosen), commandLine },
  };
}
