import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { GuestWish } from '../hunt/guest-wish.ts';
import { haltWords } from '../hunt/halt-words.ts';
import type { ReplaySubject } from '../hunt/replay-session.ts';
import { prepareAgain } from '../hunt/target-again.ts';
import type { Settings } from '../model/settings.ts';
import { conditionCalled } from '../perturb/condition-called.ts';
import { parseCondition } from '../perturb/condition-text.ts';
import { filledCondition } from '../perturb/fill-learnt.ts';
import { checkPin } from '../perturb/pin.ts';
import { replayLevel } from '../perturb/replay-level.ts';
import { worstSignature } from '../report/worst-signature.ts';
import type { SourceContext } from '../source/context.ts';
import { mixSeed } from '../stats/random.ts';
import { findHunt, type HuntPlace } from '../store/find-hunt.ts';
import { type FoundRun, findRun } from '../store/find-run.ts';
import { artifactFolder } from '../store/hunt-folder.ts';
import { readHunt } from '../store/read-hunt.ts';
import { cpusOf, mustTakePreempt } from './guest-request.ts';
import { prepareTarget } from './prepare-target.ts';
import type { ReplayedRun, ReplayRequest } from './replay-request.ts';
import { summarise } from './summarise.ts';

/** What is to be replayed, ready to be run. */
export interface FoundReplay {
  subject: ReplaySubject;
  /** Null where only a seed was given. */
  hunt: { found: FoundRun; dir: string } | null;
  /** What a run that fails likewise can be stopped at; null where it is not known how it fails. */
  haltAt: string | null;
}

/** @throws UsageError for a hunt, run, test or condition that there is not; EnvironmentError, BuildError */
export async function findReplay(
  { what, limitMs, guest }: ReplayRequest,
  settings: Settings,
  source: SourceContext,
): Promise<FoundReplay> {
  return what.kind === 'hunt'
    ? await runOfHunt(what, limitMs, settings, source)
    : await runOfSeed(what, { limitMs, guest: guest.wish }, settings, source);
}

async function runOfHunt(
  { hunt, run }: Extract<ReplayedRun, { kind: 'hunt' }>,
  limitMs: number | null,
  { paths }: Settings,
  source: SourceContext,
): Promise<FoundReplay> {
  const place = await findHunt(paths, hunt);
  const found = await findRun(readHunt(place.dir), run ?? (await failingRun(place)));
  const { header, event, stratum, learnt, first } = found;
  const condition = parseCondition(filledCondition(stratum?.condition ?? 'plain', learnt));
  if (stratum !== null && stratum.jobs > 1 && replayLevel(condition) !== 'L3') {
    source.note(`the hunt had ${stratum.jobs} workers side by side; the replay has one, so their load is missing.`);
  }
  const { judgement, schedule = null } = event;
  return {
    subject: {
      target: await prepareAgain(header, source),
      condition,
      asRun: found.run,
      seed: mixSeed(header.seed, found.run),
      limitMs: limitMs ?? header.limitMs,
      masked: header.masked,
      original: { judgement, schedule: first ? schedule : null },
    },
    hunt: { found, dir: place.dir },
    haltAt: judgement.signature === null ? null : await haltWordsOf(found, place.dir),
  };
}

/** The failing run of the hunt that is the likeliest to fail again. */
async function failingRun({ id, dir }: HuntPlace): Promise<number> {
  const worst = worstSignature(await summarise(readHunt(dir)));
  if (worst !== null) return worst.reproducer.run;
  throw new UsageError(
    `Hunt ${id} found no failure that could be replayed. One of its runs is replayed by its number: \`flakehunt replay ${id}:1\`.`,
  );
}

async function haltWordsOf({ event, header }: FoundRun, dir: string): Promise<string | null> {
  const { file, total, cutAt } = event.output;
  const rules = header.suiteDefinition.judge;
  if (file === null) return haltWords({ bytes: new Uint8Array(), total, cutAt }, rules);
  const bytes = await readFile(join(artifactFolder(dir), file)).catch(() => null);
  return bytes === null ? null : haltWords({ bytes, total, cutAt }, rules);
}

async function runOfSeed(
  run: Extract<ReplayedRun, { kind: 'seed' }>,
  { limitMs, guest }: { limitMs: number | null; guest: GuestWish | null },
  settings: Settings,
  source: SourceContext,
): Promise<FoundReplay> {
  const condition = conditionCalled(run.condition, settings.conditions, 'condition');
  checkPin(condition.pin, cpusOf(guest));
  mustTakePreempt(condition, guest !== null, null);
  const target = await prepareTarget(run, source, settings);
  return {
    subject: {
      target,
      condition,
      asRun: run.asRun,
      seed: run.seed,
      limitMs: limitMs ?? target.suite.limitMs,
      masked: settings.run.masked ?? 'report',
      original: null,
    },
    hunt: null,
    haltAt: null,
  };
}
