import { ExitCode, ExpectedError } from '../errors.ts';
import { bisectExitCode } from '../hunt/bisect/bisect-exit-code.ts';
import type { BisectSummary } from '../model/bisect.ts';
import type { CommandContext, Screen } from '../model/settings.ts';
import type { HuntSummary } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';
import { bisectEntryJson, renderBisects, unreadableBisectJson } from '../report/bisect/bisect-list.ts';
import { type HuntRow, renderHunts } from '../report/hunts.ts';
import { bisectPlaces } from '../store/bisect-log.ts';
import { huntPlaces } from '../store/find-hunt.ts';
import { type HuntEntry, listHunts } from '../store/list-hunts.ts';
import { readHunt } from '../store/read-hunt.ts';
import { summarise } from './summarise.ts';
import { summariseBisect } from './summarise-bisect.ts';

export interface ListOptions {
  all?: boolean;
  json?: boolean;
}

/** Version of `flakehunt list --json`. */
const jsonVersion = 1;
const newest = 20;

type Summarised =
  | { entry: HuntEntry; summary: HuntSummary }
  | { entry: HuntEntry | null; id: string; dir: string; problem: string };

/** The hunts so far, and the bisects, those written last first. */
export async function list(options: ListOptions, context: CommandContext): Promise<ExitCode> {
  const { settings, screen, signal } = context;
  const total = huntPlaces(settings.paths).length;
  const limit = options.all === true ? total : newest;
  const { hunts, unreadable } = await listHunts(settings.paths, limit);
  const found: Summarised[] = unreadable.map(({ id, dir, why }) => ({ entry: null, id, dir, problem: why }));
  for (const entry of hunts.toReversed()) {
    if (signal.aborted) return ExitCode.interrupted;
    found.unshift(await summariseEntry(entry));
  }
  if (options.json === true) screen.out(asJson(found, total, await bisectsJson(settings, options.all === true)));
  else if (total === 0) screen.out('No hunts yet. Start one: flakehunt run msg-ring.t --tree lab\n');
  else
    screen.out(
      `${renderHunts(found.map(rowOf), screen)}${await bisects(settings, screen)}${footer(total, found.length)}`,
    );
  return ExitCode.ok;
}

const newestBisects = 5;

/** Those that can be read; `bisect --resume` and `show` say what is wrong with the others. */
async function bisects({ paths }: CommandContext['settings'], screen: Screen): Promise<string> {
  const places = bisectPlaces(paths);
  const summaries: BisectSummary[] = [];
  for (const { dir } of places.slice(0, newestBisects)) {
    const read = await summariseBisect(dir).catch(onlyExpected);
    if (read !== null) summaries.push(read.summary);
  }
  if (summaries.length === 0) return '';
  const older = places.length > newestBisects ? `and ${places.length - newestBisects} older ones\n` : '';
  return `\n${renderBisects(summaries, screen)}${older}`;
}

function onlyExpected(error: unknown): null {
  if (error instanceof ExpectedError) return null;
  throw error;
}

/** A hunt whose log is damaged behind its header is listed all the same. */
async function summariseEntry(entry: HuntEntry): Promise<Summarised> {
  try {
    return { entry, summary: await summarise(readHunt(entry.dir)) };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { entry, id: entry.id, dir: entry.dir, problem: error.message };
  }
}

const noCounts: Record<Verdict, number> = { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0 };

function rowOf(found: Summarised): HuntRow {
  const summary = 'summary' in found ? found.summary : null;
  const top = summary?.signatures[0]?.signature.title;
  return {
    id: 'id' in found ? found.id : found.entry.id,
    started: new Date(found.entry?.header.started ?? Number.NaN),
    test: found.entry?.header.test ?? '-',
    revision: found.entry?.header.revision.name ?? '-',
    state: found.entry?.state ?? 'ended',
    reason: found.entry?.end?.reason ?? null,
    runs: summary?.runs ?? 0,
    counts: summary?.counts ?? noCounts,
    top: top ?? null,
    problem: 'problem' in found ? found.problem : null,
  };
}

function footer(total: number, shown: number): string {
  const more = total > shown ? `${total - shown} older ones: flakehunt list --all\n` : '';
  return `\n${more}One of them again: flakehunt show HUNT (its four last characters are enough)\n`;
}

/** What is told of a hunt that cannot be read. */
const nothing = {
  started: null,
  state: null,
  reason: null,
  exitCode: null,
  suite: null,
  test: null,
  revision: null,
  runs: null,
  counts: null,
  signatures: null,
};

async function bisectsJson({ paths }: CommandContext['settings'], all: boolean) {
  const places = bisectPlaces(paths);
  const bisects = [];
  for (const place of all ? places : places.slice(0, newest)) {
    try {
      const { summary } = await summariseBisect(place.dir);
      const exitCode = summary.outcome === null ? null : bisectExitCode(summary.outcome);
      bisects.push(bisectEntryJson(place, summary, exitCode));
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      bisects.push(unreadableBisectJson(place, error.message));
    }
  }
  return { totalBisects: places.length, bisects };
}

function asJson(found: Summarised[], total: number, bisects: Awaited<ReturnType<typeof bisectsJson>>): string {
  const hunts = found.map((one) => {
    if ('problem' in one) return { id: one.id, dir: one.dir, ...nothing, problem: one.problem };
    const { entry, summary } = one;
    const { started, suite, test, revision } = entry.header;
    return {
      id: entry.id,
      dir: entry.dir,
      started,
      state: entry.state,
      reason: entry.end?.reason ?? null,
      exitCode: entry.end?.exitCode ?? null,
      suite,
      test,
      revision,
      runs: summary.runs,
      counts: summary.counts,
      signatures: summary.signatures.map(({ signature, verdict, count, firstRun }) => ({
        id: signature.id,
        title: signature.title,
        verdict,
        count,
        firstRun,
      })),
      problem: null,
    };
  });
  return `${JSON.stringify({ v: jsonVersion, kind: 'hunts', total, hunts, ...bisects }, null, 2)}\n`;
}
