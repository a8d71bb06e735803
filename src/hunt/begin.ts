import type { Condition } from '../model/condition.ts';
import type { EngineJob } from '../model/engine.ts';
import type { HuntHeader, StopRules } from '../model/hunt.ts';
import type { GuestFacts } from '../model/kernel.ts';
import type { MachineFacts } from '../model/machine.ts';
import type { MaskedPolicy } from '../model/verdict.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { newHuntId } from '../store/hunt-id.ts';
import type { Target } from './target.ts';

export interface HuntPlan {
  version: string;
  started: Date;
  random(): number;
  engine: HuntHeader['engine'];
  /** Null: runs are made on this machine itself. */
  guest: GuestFacts | null;
  /** As the user named it. */
  strategy: string;
  /** What it tries, the base one first. */
  conditions: Condition[];
  jobs: number | 'auto';
  stop: StopRules;
  seed: string;
  limitMs: number | null;
  masked: MaskedPolicy;
  machine: MachineFacts;
  commandLine: string[];
}

/** The header a hunt begins with: everything needed to understand it, and to go on with it. */
export function newHeader(target: Target, plan: HuntPlan): HuntHeader {
  return {
    id: newHuntId(plan.started, target.test, plan.random),
    started: plan.started.toISOString(),
    version: plan.version,
    suite: target.suite.name,
    test: target.test,
    argv: target.argv,
    cwd: target.cwd,
    revision: target.revision,
    build: target.build,
    engine: plan.engine,
    conditions: plan.conditions.map(conditionText),
    strategy: plan.strategy,
    jobs: plan.jobs,
    stop: plan.stop,
    seed: plan.seed,
    limitMs: plan.limitMs ?? target.suite.limitMs,
    masked: plan.masked,
    machine: plan.machine,
    ...(plan.guest === null ? {} : { guest: plan.guest, guestFiles: target.guestFiles }),
    commandLine: plan.commandLine,
    suiteDefinition: target.suite,
  };
}

export interface JobPlaces {
  scratchDir: string;
  artifactDir: string;
  env: Record<string, string>;
  gdb: string | null;
  stressNg: string | null;
  cgroup: string | null;
  firstRun: number;
  /** No debugger looks into a guest, and no core dump leaves it. */
  inGuest: boolean;
}

/** The part of a hunt that matters to its engine. */
type EngineFacts = Pick<HuntHeader, 'argv' | 'cwd' | 'limitMs' | 'seed' | 'suiteDefinition'>;

const keptCores = 3;
const keptStacks = 3;

/** What the engine is told of a hunt. */
export function engineJob(header: EngineFacts, machine: MachineFacts, places: JobPlaces): EngineJob {
  return {
    argv: header.argv,
    env: withoutOwn({ ...places.env, ...header.suiteDefinition.env }),
    cwd: header.cwd,
    scratchDir: places.scratchDir,
    artifactDir: places.artifactDir,
    limitMs: header.limitMs,
    seed: header.seed,
    firstRun: places.firstRun,
    cpus: machine.cpusAllowed,
    // A dump belongs into a scratch folder; in a folder of the user's it would be litter.
    maxCores: header.cwd.kind === 'scratch' && !places.inGuest ? keptCores : 0,
    maxStacks: keptStacks,
    gdb: places.inGuest ? null : places.gdb,
    kernelLog: machine.uid === 0,
    stressNg: places.stressNg,
    cgroup: places.cgroup,
  };
}

/** The supervisor sets these itself; a flakehunt inside of a hunted test has inherited those of the outer one. */
const setForEachRun = new Set(['FLAKEHUNT_RUN', 'FLAKEHUNT_SEED']);

function withoutOwn(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !setForEachRun.has(name)));
}
