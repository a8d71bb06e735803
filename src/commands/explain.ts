import { EnvironmentError, ExitCode, UsageError } from '../errors.ts';
import { chooseEngine } from '../hunt/engine-choice.ts';
import { type ExplainSubject, explainInSession } from '../hunt/explain/explain-session.ts';
import { type GuestWish, guestOfHeader } from '../hunt/guest-wish.ts';
import { thisMachine } from '../hunt/hunt-session.ts';
import { prepareAgain } from '../hunt/target-again.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { GuestFacts } from '../model/kernel.ts';
import type { CommandContext } from '../model/settings.ts';
import type { SignatureSummary } from '../model/summary.ts';
import { explainJson } from '../report/explain/explain-json.ts';
import { explainMarkdown } from '../report/explain/explain-markdown.ts';
import { renderExplanation } from '../report/explain/explain-text.ts';
import type { ExplainView } from '../report/explain/explain-view.ts';
import { durationText } from '../report/quantities.ts';
import { replayElsewhere } from '../report/reproduce.ts';
import { worstSignature } from '../report/worst-signature.ts';
import type { SourceContext } from '../source/context.ts';
import { findHunt, huntPlaces } from '../store/find-hunt.ts';
import { readHeader, readHunt } from '../store/read-hunt.ts';
import { type ExplainFlags, type ExplainRequest, readExplainFlags, testRequest } from './explain-request.ts';
import { findTool } from './find-tool.ts';
import { guestBeside } from './guest-request.ts';
import { lineScreen } from './line-screen.ts';
import { prepareTarget } from './prepare-target.ts';
import { summarise } from './summarise.ts';

/** Of a side; an order of two events needs ten, three events more, which are collected when they are needed. */
const wished = { failures: 20, passes: 20 };

/** `flakehunt explain`: the order of two events that makes a test fail, proven by forcing it. */
export async function explain(flags: ExplainFlags, context: CommandContext): Promise<ExitCode> {
  const request = readExplainFlags(flags, context.settings.run);
  const silent = request.form !== 'text' || flags.quiet === true;
  const screen = lineScreen<never>({ json: silent }, context);
  try {
    const subject = await findSubject(request, context, screen.source);
    const chosen = await chooseEngine('local', screen.source, guestBeside(request.guest, subject.origin));
    const machine = await thisMachine(chosen, context.signal);
    let runs = 0;
    let phase = '';
    // Elsewhere than on a terminal every text is a line.
    const tell = () => screen.tell(context.screen.errTty ? `${phase} (${runs} runs)` : phase);
    const wish = {
      ...{ ...wished, conditions: subject.conditions, timeMs: request.timeMs },
      onEstimate: (seconds: number) => {
        if (seconds >= 2) screen.source.note(`collecting will take about ${durationText(seconds * 1e6)}.`);
      },
      onPhase: (text: string) => {
        phase = text;
        tell();
      },
    };
    const strace = chosen.guest === null ? findTool('strace', context.settings.env) : null;
    const onRuns = (more: number) => {
      runs += more;
      if (context.screen.errTty && runs % 20 === 0) tell();
    };
    const found = await explainInSession(subject, wish, { chosen, machine, strace, source: screen.source, onRuns });
    screen.stop();
    return show(subject, found, { request, guest: chosen.guest?.facts ?? null }, context);
  } finally {
    screen.stop();
  }
}

interface Subject extends ExplainSubject {
  hunt: string | null;
  /** Where the hunt ran; null without one. */
  origin: { guest: GuestWish | null } | null;
  /** Under which it failed in the hunt. */
  conditions: string[];
}

/** @throws UsageError, EnvironmentError, BuildError */
async function findSubject(
  { what, limitMs, seed }: ExplainRequest,
  context: CommandContext,
  source: SourceContext,
): Promise<Subject> {
  const { settings } = context;
  const hunted = what.kind === 'hunt' ? await ofHunt(what.ref, context) : null;
  if (hunted !== null) {
    const { header, signature } = hunted;
    const target = await prepareAgain(header, source);
    return {
      ...{
        target,
        seed,
        limitMs: limitMs ?? header.limitMs,
        hunt: header.id,
        origin: { guest: guestOfHeader(header) },
      },
      failure: signature === null ? null : { signature: signature.signature, verdict: signature.verdict },
      conditions: signature === null ? [] : conditionsOf(signature),
    };
  }
  const none = { tree: undefined, rev: undefined, suite: undefined };
  const request =
    what.kind === 'test'
      ? what.request
      : testRequest({ kind: 'test', name: what.ref ?? '', args: [] }, none, settings.run);
  const target = await prepareTarget(request, source, settings);
  return {
    target,
    seed,
    limitMs: limitMs ?? target.suite.limitMs,
    hunt: null,
    origin: null,
    failure: null,
    conditions: [],
  };
}

/** Null: it is no hunt that is meant. */
async function ofHunt(
  ref: string | null,
  { settings: { paths } }: CommandContext,
): Promise<{ header: HuntHeader; signature: SignatureSummary | null } | null> {
  if (ref === null) return await lastFinding(paths);
  const place = await findHunt(paths, ref).catch((error: unknown) => {
    if (error instanceof UsageError) return null;
    throw error;
  });
  if (place === null) return null;
  const header = await readHeader(place.dir);
  if (header.engine === 'fake') {
    throw new EnvironmentError(
      `The runs of hunt ${header.id} were made by the ${header.engine} engine; they cannot be made here, so they cannot be explained here.`,
    );
  }
  return { header, signature: worstSignature(await summarise(readHunt(place.dir))) };
}

const mostLookedAt = 50;

/** The newest hunt that found something. */
async function lastFinding(paths: CommandContext['settings']['paths']) {
  for (const { dir } of huntPlaces(paths).slice(0, mostLookedAt)) {
    const header = await readHeader(dir).catch(() => null);
    if (header === null || header.engine === 'fake') continue;
    const signature = worstSignature(await summarise(readHunt(dir)));
    if (signature !== null) return { header, signature };
  }
  throw new UsageError(
    'Which failure? No hunt found one yet. Name a test (`flakehunt explain msg-ring.t --tree lab`), or hunt first: flakehunt run TEST.',
  );
}

function conditionsOf({ rates }: SignatureSummary): string[] {
  const failing = rates.filter(({ rate }) => rate.failures > 0);
  return failing.sort((a, b) => b.rate.observed - a.rate.observed).map(({ stratum }) => stratum.condition);
}

function show(
  { target, hunt, limitMs, seed }: Subject,
  { explanation, located }: Awaited<ReturnType<typeof explainInSession>>,
  { request: { form }, guest }: { request: ExplainRequest; guest: GuestFacts | null },
  { screen, commandLine }: CommandContext,
): ExitCode {
  const { suite, test, argv, revision, build } = target;
  const subject = { suite: suite.name, test, argv, revision, build };
  const { finding } = explanation;
  const described = { ...subject, limitMs, guest, suiteDefinition: suite };
  const run = { run: 1, seed, condition: finding?.condition ?? '' };
  const view: ExplainView = {
    ...{ subject, hunt, guest, explanation, commandLine },
    located: located === null ? null : { ...located, reproducer: replayElsewhere(described, run) },
  };
  const exitCode = finding === null ? ExitCode.inconclusive : ExitCode.ok;
  if (form === 'json') screen.out(explainJson(view, exitCode));
  else screen.out(form === 'markdown' ? explainMarkdown(view) : renderExplanation(view, screen));
  return exitCode;
}
