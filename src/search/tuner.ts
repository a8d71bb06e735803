import { gammaVariate } from '../stats/gamma-variate.ts';
import type { Uniform } from '../stats/random.ts';

/** A condition as the tuner sees it: sums over the runs it had, which are all that the tuner remembers. */
export interface Arm {
  /** Of the target signature. */
  failures: number;
  /** All, also those that could not fail. */
  runs: number;
  /** Wall time spent on it. */
  seconds: number;
  jobs: number;
  /** A class of bugs no other kind of arm reaches: it is sure of a share of the time while nothing has failed. */
  covers: 'order' | 'starvation' | null;
  /** Noise takes a while to start. */
  startsSlowly: boolean;
}

export interface TunerRules {
  /** Part of all time that the first arm, the base, gets at least. */
  baseShare: number;
  /** Whether the base may get more than its share when it fails fastest. */
  baseCompetes: boolean;
}

export interface TunerStep {
  /** Index of the arm that is next. */
  arm: number;
  /** How long its batch should last. */
  ms: number;
}

/** While nothing has failed: part of all time for each class of bugs. */
const coverShare = 0.1;
/** Gamma(1/2, 20 ms): a guess so weak that the first failure, or a second without one, overrides it. */
const prior = { failures: 0.5, seconds: 0.02 };

/**
 * Which arm is next, and for how long. First each arm once, in the order given (the cheap ones first); then Thompson
 * sampling (W. R. Thompson, 1933) on failures per second of wall time: a rate is drawn for each arm from what its sums
 * leave possible, and the arm with the highest is next. Whatever the draws say, the base gets its share.
 * @param arms at least one, the base first
 */
export function nextStep(arms: readonly Arm[], rules: TunerRules, uniform: Uniform): TunerStep {
  const arm = arms.length === 1 ? 0 : candidate(arms, rules, uniform);
  const ms = batchMs(arms, arm);
  const [base] = arms;
  if (base === undefined || base.seconds >= rules.baseShare * (timeOf(arms) + ms / 1000)) return { arm, ms };
  return { arm: 0, ms: batchMs(arms, 0) };
}

function candidate(arms: readonly Arm[], rules: TunerRules, uniform: Uniform): number {
  const untried = arms.findIndex(({ seconds }) => seconds === 0);
  if (untried !== -1) return untried;
  const neglected = arms.some(({ failures }) => failures > 0) ? -1 : neglectedCover(arms);
  return neglected === -1 ? likeliestBest(arms, rules, uniform) : neglected;
}

/** The arm with the least time of a class of bugs that lacks its share, or -1. */
function neglectedCover(arms: readonly Arm[]): number {
  for (const cover of ['order', 'starvation'] as const) {
    const group = arms.filter(({ covers }) => covers === cover);
    const least = group.toSorted((a, b) => a.seconds - b.seconds)[0];
    if (least !== undefined && timeOf(group) < coverShare * timeOf(arms)) return arms.indexOf(least);
  }
  return -1;
}

function likeliestBest(arms: readonly Arm[], rules: TunerRules, uniform: Uniform): number {
  const draws = arms.map(({ failures, seconds }, index) => {
    const rate = gammaVariate(failures + prior.failures, uniform) / (seconds + prior.seconds);
    return index === 0 && !rules.baseCompetes ? 0 : rate;
  });
  return draws.indexOf(Math.max(...draws));
}

/** Milliseconds: at most, unless a single run takes longer, what is spent on the runs that make a batch worth its start. */
const patienceMs = { first: 1000, later: 4000 };
/** However long the hunt. */
const longestMs = 5000;

/**
 * Short at first, longer the more time an arm has had: between two conditions the workers wait for each other. Half a
 * second is enough at first, then (a log of days should not fill a disk) a five-hundredth of all time. An only arm needs
 * pauses just to look at what was learnt.
 */
function batchMs(arms: readonly Arm[], index: number): number {
  const arm = arms[index];
  const runMs = runTime(arm) ?? runTime(arms[0]) ?? 0;
  if (arm === undefined || arm.seconds === 0) {
    const least = arm?.startsSlowly === true ? 500 : 60;
    return Math.ceil(Math.max(least, runMs, Math.min(5 * runMs, patienceMs.first)));
  }
  const most = Math.min(longestMs, Math.max(500, 2 * timeOf(arms)));
  const growing = arms.length === 1 ? 3000 * arm.seconds : Math.min(most, 100 * arm.seconds);
  return Math.ceil(Math.max(100, growing, runMs, Math.min(8 * runMs, patienceMs.later)));
}

/** Milliseconds a run took one worker, or null before the first one. */
function runTime(arm: Arm | undefined): number | null {
  return arm === undefined || arm.runs === 0 ? null : (1000 * arm.seconds * arm.jobs) / arm.runs;
}

function timeOf(arms: readonly Arm[]): number {
  return arms.reduce((sum, { seconds }) => sum + seconds, 0);
}
