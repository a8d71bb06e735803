import { EnvironmentError } from '../errors.ts';
import { startSeconds } from '../hunt/bisect/bisect-knowledge.ts';
import type { RunCounts } from '../hunt/bisect/count-runs.ts';
import type { HuntPlace, RunPlan } from '../hunt/bisect/revision-hunt.ts';
import type { SameFailure } from '../hunt/bisect/same-failure.ts';
import { controlGroup } from '../hunt/control-group.ts';
import { type ChosenEngine, type ChosenGuest, chooseEngine } from '../hunt/engine-choice.ts';
import type { GuestWish } from '../hunt/guest-wish.ts';
import { refusalOf, thisMachine } from '../hunt/hunt-session.ts';
import { builtTarget, type Target } from '../hunt/target.ts';
import type { BisectHeader } from '../model/bisect.ts';
import type { MachineFacts } from '../model/machine.ts';
import type { CommandContext } from '../model/settings.ts';
import { checkPin } from '../perturb/pin.ts';
import { chooseStrategy, type Strategy } from '../perturb/strategy.ts';
import { buildTest } from '../source/build-test.ts';
import { builtIdentity } from '../source/built-identity.ts';
import type { Revision } from '../source/revision.ts';
import type { BisectScreen } from './bisect-screen.ts';
import type { Subject } from './bisect-subject.ts';
import { findTool } from './find-tool.ts';
import { cpusOf, mustTakePreempt } from './guest-request.ts';

/** Where revisions are built and run one after the other, all in the same way. */
export interface RevisionDesk {
  chosen: ChosenEngine;
  guest: GuestWish | null;
  machine: MachineFacts;
  /** Its hunts lie with the user's; `placeIn` is for those of a bisect. */
  place: HuntPlace;
  placeIn(state: string): HuntPlace;
  plan: Omit<RunPlan, 'target' | 'same'>;
  build(revision: Revision): Promise<Target>;
  /** Of the built test; see builtIdentity. */
  identity(revision: Revision): Promise<string>;
}

/** How runs are made. */
export interface DeskWish {
  engine: string | undefined;
  jobs: number;
  limitMs: number | null;
  guest: GuestWish | null;
}

/** @throws EnvironmentError when the kernel refuses what the whole suite is about */
export async function revisionDesk(
  subject: Pick<Subject, 'tree' | 'suite' | 'test' | 'args'>,
  { engine, jobs, limitMs, guest }: DeskWish,
  screen: Pick<BisectScreen, 'source' | 'tell'>,
  context: CommandContext,
): Promise<RevisionDesk> {
  const { settings, signal } = context;
  const { paths, env } = settings;
  const chosen = await chooseEngine(engine, screen.source, guest);
  const machine = await thisMachine(chosen, signal);
  const refusal = chosen.path === null ? null : refusalOf(subject.suite, machine, guest !== null);
  if (refusal !== null)
    throw new EnvironmentError(`Nothing can be learnt here: ${refusal}. \`flakehunt doctor\` tells more.`);
  const { tree, suite, test, args } = subject;
  // Elsewhere than on a terminal each line would stay.
  const onRuns = ({ seen, runs }: RunCounts) =>
    context.screen.errTty ? screen.tell(`${runs} runs, ${seen.failures} of them failed`) : undefined;
  const tools = { gdb: findTool('gdb', env), stressNg: findTool('stress-ng', env) };
  const place = { paths, env, signal, chosen, machine, ...tools, onRuns };
  const builtAt = (revision: Revision) => buildTest({ tree, revision, suite, test }, screen.source);
  return {
    chosen,
    guest,
    machine,
    place,
    placeIn: (state) => ({ ...place, paths: { ...paths, state }, onRuns: () => undefined }),
    plan: { jobs, limitMs, version: context.version, commandLine: context.commandLine },
    async build(revision) {
      const built = await builtAt(revision);
      return await builtTarget(built, { suite, test, args, revision: revision.facts }, screen.source);
    },
    identity: async (revision) => await builtIdentity(await builtAt(revision), suite),
  };
}

/** Guests that were asked for, and what is known of them; null: nothing yet, or there are none. */
export interface GuestPlace {
  guest: GuestWish | null;
  booted: ChosenGuest | null;
}

export function placeOf({ guest, chosen }: RevisionDesk): GuestPlace {
  return { guest, booted: chosen.guest };
}

/** What the header of a bisect records of guests: which, and what an experiment costs because they boot. */
export function guestFacts({ guest }: ChosenEngine): Pick<BisectHeader, 'guest' | 'startSeconds'> {
  return guest === null ? {} : { guest: guest.facts, startSeconds: guest.bootMs / 1000 + startSeconds };
}

/**
 * What is tried to find the condition that provokes most; `condition`: the one that was asked for.
 * @throws UsageError, EnvironmentError for one that cannot be put in force
 */
export function calibrationStrategy(
  condition: string | null,
  { guest, booted }: GuestPlace,
  { settings }: CommandContext,
): Strategy {
  const chosen = chooseStrategy(
    { strategy: condition ?? settings.run.strategy, parts: {} },
    {
      own: settings.conditions,
      quota: controlGroup(guest !== null) !== null,
      preempt: guest !== null && booted?.takesPreempt !== false,
      boundsRate: false,
    },
  );
  for (const one of chosen.conditions) {
    checkPin(one.pin, cpusOf(guest));
    mustTakePreempt(one, guest !== null, booted);
  }
  return chosen;
}

/** What counts as the failure that is looked for; see SameFailure. */
export function sameFailure(signature: string | null): SameFailure {
  if (signature === null) return { by: 'like' };
  return signature === 'any' ? { by: 'any' } : { by: 'text', text: signature };
}
