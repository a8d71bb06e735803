import { describe, expect, it } from 'vitest';
import { type JobsProbe, nextJobsStep } from './jobs.ts';

/** Plays the search against a machine whose throughput is a function of the workers. */
function settle(runsPerSecond: (jobs: number) => number, cpus: number): { jobs: number; tried: number[] } {
  const probes: JobsProbe[] = [];
  for (;;) {
    const step = nextJobsStep(probes, cpus);
    if (step.kind === 'settled') return { jobs: step.jobs, tried: probes.map((probe) => probe.jobs) };
    probes.push({ jobs: step.jobs, runs: Math.round(runsPerSecond(step.jobs) * 10), elapsedUs: 10_000_000 });
  }
}

describe('nextJobsStep', () => {
  it('settles on the CPUs for a test that only computes', () => {
    expect(settle((jobs) => 100 * Math.min(jobs, 2), 2)).toEqual({ jobs: 2, tried: [1, 2, 4, 8] });
  });

  it('goes on for a test that mostly sleeps', () => {
    expect(settle((jobs) => 5 * jobs, 2).jobs).toBe(16);
  });

  it('forgives one disappointing step', () => {
    expect(settle((jobs) => (jobs === 2 ? 90 : 100 * jobs), 4).jobs).toBe(32);
  });

  it('stays with one worker when more only hinder each other', () => {
    expect(settle((jobs) => 100 / jobs, 8)).toEqual({ jobs: 1, tried: [1, 2, 4] });
  });

  it('does not choke on a test that never ends within its probe', () => {
    expect(settle(() => 0, 2).jobs).toBe(1);
  });

  it('tries no more workers than make sense', () => {
    const probe = { jobs: 2, runs: 1000, elapsedUs: 1_000_000 };
    expect(nextJobsStep([{ ...probe, jobs: 1, runs: 500 }, probe], 2, 2)).toEqual({ kind: 'settled', jobs: 2 });
  });

  it('gives slow tests longer probes', () => {
    const step = nextJobsStep([{ jobs: 1, runs: 2, elapsedUs: 1_000_000 }], 2);
    expect(step).toEqual({ kind: 'probe', jobs: 2, ms: 4000 });
  });
});
