import { ExitCode, UsageError } from '../errors.ts';
import { allowedCpus } from '../exec/machine.ts';
import { searchHistory } from '../hunt/bisect/bisect-session.ts';
import { beginBisect, type OpenBisect, reopenBisect } from '../hunt/bisect/open-bisect.ts';
import { searchRange } from '../hunt/bisect/range-entries.ts';
import { RevisionBuilder } from '../hunt/bisect/revision-builder.ts';
import type { BisectHeader, BisectSummary } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { BisectFold } from '../report/bisect/bisect-fold.ts';
import { renderBisectHeader } from '../report/bisect/bisect-header.ts';
import { bisectJson } from '../report/bisect/bisect-json.ts';
import { bisectLog } from '../report/bisect/bisect-log.ts';
import { renderBisect } from '../report/bisect/bisect-result.ts';
import { renderBisectPlan } from '../report/bisect/plan-text.ts';
import { expectedCost } from '../search/bisect/expected-cost.ts';
import { findBisect, readBisect } from '../store/bisect-log.ts';
import { type PreparedBisect, prepareBisect } from './bisect-beginning.ts';
import { type BisectFlags, type BisectRequest, readBisectFlags } from './bisect-request.ts';
import { type BisectScreen, bisectScreen } from './bisect-screen.ts';
import { findSubject } from './bisect-subject.ts';
import { type RevisionDesk, revisionDesk, sameFailure } from './revision-desk.ts';

/** `flakehunt bisect`: which commit introduced or fixed a failure. */
export async function bisect(flags: BisectFlags, context: CommandContext): Promise<ExitCode> {
  if (flags.log !== undefined) return await printLog(flags.log, context);
  const request = readBisectFlags(flags, context.settings.run);
  const screen = bisectScreen(flags, context);
  try {
    return flags.resume === undefined
      ? await begin(flags, request, screen, context)
      : await resume(flags.resume, flags, request, screen, context);
  } finally {
    screen.stop();
  }
}

async function begin(
  flags: BisectFlags,
  request: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): Promise<ExitCode> {
  const subject = await findSubject({ ...request, failing: request.ends.failing }, context.settings, screen.source);
  const wish = { engine: flags.engine, jobs: request.jobs, limitMs: request.limitMs };
  const desk = await revisionDesk(subject, wish, screen, context);
  const made = await prepareBisect(subject, request, desk, screen, context);
  if (flags.dryRun === true) return tellPlan(made, request, screen, context);
  const { header, prepared, beginning } = made;
  const { tree, suite, test, args } = subject;
  const parts = { tree, suite, test, args, range: prepared.range, touched: prepared.touched };
  const open = await beginBisect(context.settings.paths, header, prepared, beginning, parts);
  return await search(open, { flags, signature: request.signature, timeMs: request.timeMs }, desk, screen, context);
}

async function resume(
  ref: string,
  flags: BisectFlags,
  request: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): Promise<ExitCode> {
  mustBeAlone(flags);
  const open = await reopenBisect(
    findBisect(context.settings.paths, ref),
    (header) => sameFailure(signatureOf(header)),
    screen.source,
  );
  const { header } = open.knowledge;
  try {
    const wish = { engine: flags.engine, jobs: header.jobs, limitMs: header.limitMs };
    const desk = await revisionDesk(open.subject, wish, screen, context);
    const { hostname, kernel } = desk.machine;
    if (hostname !== header.machine.hostname || kernel !== header.machine.kernel) {
      throw new UsageError(
        `Bisect ${header.id} ran on ${header.machine.hostname} under Linux ${header.machine.kernel}; this is ${hostname} under ${kernel}. Rates of two machines are never mixed: begin a new bisect here.`,
      );
    }
    const what = { flags, signature: signatureOf(header), timeMs: request.timeMs };
    return await search(open, what, desk, screen, context);
  } catch (error) {
    await open.log.close();
    throw error;
  }
}

/** A bisect goes on as it was begun; only its time may be new. */
function mustBeAlone(flags: BisectFlags): void {
  const allowed = new Set(['resume', 'time', 'json', 'quiet', 'engine', 'afterDashes']);
  const other = Object.entries(flags).find(([name, value]) => !allowed.has(name) && value !== undefined);
  if (other === undefined && flags.afterDashes === null) return;
  const what = other === undefined ? 'Arguments' : other[0] === 'test' ? 'A test' : `--${other[0]}`;
  throw new UsageError(
    `${what} cannot be given with --resume: a bisect goes on as it was begun, only with more --time. Begin another one for anything else; what is known of equal builds is used.`,
  );
}

/** As it was given when the bisect began. */
function signatureOf({ commandLine }: BisectHeader): string | null {
  const at = commandLine.findIndex((word) => word === '--signature' || word.startsWith('--signature='));
  if (at === -1) return null;
  const word = commandLine[at] ?? '';
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : (commandLine[at + 1] ?? null);
}

async function search(
  open: OpenBisect,
  { flags, signature, timeMs }: { flags: BisectFlags; signature: string | null; timeMs: number },
  desk: RevisionDesk,
  screen: BisectScreen,
  context: CommandContext,
): Promise<ExitCode> {
  const { log, fold, knowledge, subject } = open;
  const { header } = knowledge;
  try {
    screen.begin(headerText(fold.summary(), timeMs, context), () => fold.summary());
    const end = await searchHistory({
      ...{ subject, log, fold, knowledge, timeMs },
      builder: new RevisionBuilder(subject, screen.source),
      plan: { ...desk.plan, target: header.target, same: sameFailure(signature) },
      place: desk.placeIn(log.dir),
      cpus: allowedCpus().length,
      onEvent: screen.event,
      monotonicMs: () => performance.now(),
      wallClockMs: () => Date.now(),
    });
    screen.stop();
    const kept = { dir: log.dir };
    context.screen.out(
      flags.json === true
        ? bisectJson(end.summary, kept, end.exitCode)
        : renderBisect(end.summary, kept, context.screen),
    );
    return end.exitCode;
  } finally {
    await log.close();
  }
}

function headerText(summary: BisectSummary, timeMs: number, { screen }: CommandContext): string {
  const commits = summary.rows.length - 1;
  return renderBisectHeader(summary.header, { commits, distinctBuilds: summary.distinctBuilds, timeMs }, screen);
}

/** Until a build of the tree has been timed. */
const guessedBuildSeconds = 10;

function tellPlan(
  { header, prepared, beginning }: PreparedBisect,
  { timeMs, seed }: BisectRequest,
  screen: BisectScreen,
  context: CommandContext,
): ExitCode {
  const { entries } = prepared;
  const { builds, weights } = searchRange(entries);
  const distinctBuilds = new Set(builds).size;
  const { calibration } = beginning;
  const cost = expectedCost(distinctBuilds, {
    ...{ rate: calibration.rate, runSeconds: calibration.secondsPerRun, startSeconds: 0.1, seed },
    ...{ buildSeconds: guessedBuildSeconds, confidence: header.confidence },
    fails: header.direction === 'fix' ? 'old' : 'new',
  });
  const plan = {
    header,
    commits: weights.filter((weight) => weight > 0).length,
    distinctBuilds,
    testMissing: entries.filter(({ exists }) => !exists).length,
    expectedRuns: Math.round(cost.runs),
    expectedBuilds: Math.round(cost.builds),
    expectedSeconds: cost.seconds,
    cachedBuilds: 0,
    assumptions: [
      `a build takes ${guessedBuildSeconds} s, and none is in the build store`,
      'every revision builds, and the rate does not drift',
    ],
    frozen: calibration.condition,
  };
  screen.stop();
  const commits = entries.length - 1;
  context.screen.out(
    `${renderBisectHeader(header, { commits, distinctBuilds, timeMs }, context.screen)}\n${renderBisectPlan(plan, context.screen)}`,
  );
  return ExitCode.ok;
}

/** `--log [BISECT]`: what `git bisect replay` takes. */
async function printLog(ref: string | boolean, { settings, screen }: CommandContext): Promise<ExitCode> {
  const { dir } = findBisect(settings.paths, typeof ref === 'string' ? ref : 'last');
  const fold = new BisectFold();
  for await (const event of readBisect(dir)) fold.apply(event);
  screen.out(bisectLog(fold.summary()));
  return ExitCode.ok;
}
