import { type Debugger, debugCore, debugRun } from '../exec/debugger.ts';
import { haltWords, shownHaltWords } from '../hunt/halt-words.ts';
import {
  type ReplayContext,
  type ReplayResult,
  type ReplaySubject,
  type ReplayWish,
  replayRun,
} from '../hunt/replay-session.ts';
import type { Screen } from '../model/settings.ts';
import { coreText, haltText, missedText } from '../report/replay-halt.ts';

/** Runs `work` while the terminal is another program's. */
export type LendTerminal = (work: () => Promise<void>) => Promise<void>;

/** gdb, and the terminal it is given. */
export interface Desk extends Debugger {
  lendTerminal: LendTerminal;
  screen: Screen;
}

type Calm = Omit<ReplayContext, 'onHalt' | 'onCore'>;

/**
 * Runs it until it fails, and hands the terminal over to gdb at the place of its failure; after a crash, with the core
 * dump. How it fails is learnt from a run that does, where it is not known.
 */
export async function replayInGdb(
  subject: ReplaySubject,
  { times, haltAt }: Pick<ReplayWish, 'times' | 'haltAt'>,
  context: Calm,
  desk: Desk,
): Promise<ReplayResult> {
  const wish = { times, untilFail: true, strace: null };
  if (haltAt !== null) return await stopped(subject, { ...wish, haltAt }, context, desk);
  const first = await replayRun(subject, { ...wish, haltAt }, { ...context, ...unstopped });
  if (first.failure === null || first.reason !== 'failed') return first;
  const words = haltWords(first.failure.outcome.output, subject.target.suite.judge);
  return await stopped(subject, { ...wish, haltAt: words }, context, desk);
}

/** Where runs are not stopped. */
export const unstopped: Pick<ReplayContext, 'onHalt' | 'onCore'> = {
  onHalt: () => Promise.resolve(),
  onCore: () => Promise.resolve(),
};

async function stopped(
  subject: ReplaySubject,
  wish: ReplayWish & { haltAt: string },
  context: Calm,
  desk: Desk,
): Promise<ReplayResult> {
  const { screen, lendTerminal } = desk;
  const end = await replayRun(subject, wish, {
    ...context,
    async onHalt(halt) {
      screen.out(haltText(halt, shownHaltWords(wish.haltAt), screen));
      await lendTerminal(async () => await debugRun(halt, desk));
    },
    async onCore(core) {
      screen.out(coreText(core, screen));
      await lendTerminal(async () => await debugCore(subject.target.argv[0] ?? '', core, desk));
    },
  });
  const { halted, failure } = end;
  const seen = halted !== null || failure === null || failure.outcome.core !== null;
  if (!seen) screen.out(missedText(failure.outcome, screen) ?? '');
  return end;
}
