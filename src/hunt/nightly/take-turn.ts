import { join } from 'node:path';
import type { StopReason } from '../../model/events.ts';
import type { HuntHeader, StopRules } from '../../model/hunt.ts';
import type { NightEvent } from '../../model/night-events.ts';
import { parseCondition } from '../../perturb/condition-text.ts';
import { guestFlags } from '../../report/guest-facts.ts';
import { whatToRun } from '../../report/reproduce.ts';
import { mixSeed } from '../../stats/random.ts';
import { huntsFolder } from '../../store/hunt-folder.ts';
import { newHeader } from '../begin.ts';
import { beginHunt, continueHunt, type SessionContext } from '../hunt-session.ts';
import type { Target } from '../target.ts';
import type { CellFold } from './cell-fold.ts';
import type { NightCells, OpenCell } from './night-cells.ts';
import type { NightPlace, NightWork } from './night-session.ts';

export interface Turn {
  test: string;
  condition: string;
  /** No run is begun after it; the one that is on then may end, and hang for as long as it may. */
  ms: number;
}

/** What a turn needs of its night. */
export interface TurnSurroundings {
  work: Pick<NightWork, 'header' | 'masked'>;
  place: NightPlace;
  cells: NightCells;
  overloaded(): boolean;
  append(event: NightEvent): void;
}

/** Hunts a cell for a while: a new hunt for its first turn, and the same one from then on. @throws ExpectedError */
export async function takeTurn(
  turn: Turn,
  cell: OpenCell,
  target: Target,
  night: TurnSurroundings,
): Promise<{ fold: CellFold; reason: StopReason }> {
  const enough = new AbortController();
  let fold: CellFold | null = null;
  const context: SessionContext = {
    ...night.place,
    signal: AbortSignal.any([night.place.signal, enough.signal]),
    onStart(header) {
      if (cell.hunt === null) night.append({ type: 'begun', t: Date.now(), ...namesOf(turn), hunt: header.id });
      fold = night.cells.tell(cell, header);
    },
    onEvent(event) {
      fold?.apply(event, night.overloaded());
      // What is left of the condition is hunted as a condition of its own.
      if (event.type === 'refused') enough.abort();
    },
  };
  const { reason } =
    cell.hunt === null
      ? await beginHunt(headerOf(turn, target, night), context)
      : await continueHunt(
          join(huntsFolder(night.place.paths), cell.hunt),
          (header, summary) => ({ ...header, stop: stopOf(turn, summary.totals().elapsedMs) }),
          context,
        );
  if (fold === null) throw new Error(`the hunt of ${turn.test} ended before it began`);
  return { fold, reason };
}

function namesOf({ test, condition }: Turn): { test: string; condition: string } {
  return { test, condition };
}

function headerOf(turn: Turn, target: Target, { work, place }: TurnSurroundings): HuntHeader {
  const { header, masked } = work;
  const at = header.conditions.indexOf(turn.condition) * header.tests.length + header.tests.indexOf(turn.test);
  const made = newHeader(target, {
    version: header.version,
    started: new Date(),
    random: Math.random,
    engine: place.chosen.name,
    guest: place.chosen.guest?.facts ?? null,
    strategy: turn.condition,
    conditions: [parseCondition(turn.condition)],
    jobs: 1,
    stop: stopOf(turn, 0),
    seed: mixSeed(header.seed, at),
    limitMs: header.limitMs ?? null,
    masked,
    machine: place.machine,
    commandLine: [],
  });
  const alone = ['flakehunt', 'run', ...guestFlags(made), '--strategy', turn.condition, ...whatToRun(made)];
  return { ...made, commandLine: alone };
}

function stopOf({ ms }: Turn, elapsedMs: number): StopRules {
  return { loops: null, timeMs: elapsedMs + ms, failures: null, untilRate: null };
}
