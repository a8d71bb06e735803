import { expect, it } from 'vitest';
import { talliesOf } from './tallies.ts';

const counts = { pass: 90, fail: 4, masked: 3, skip: 2, hang: 1, invalid: 5 };
const plain = { condition: 'plain', jobs: 1 };
const totals = { counts, runs: 105, elapsedMs: 700, strata: [{ counts, stratum: plain }] };
const header = { masked: 'report' as const, conditions: ['plain'] };

it('counts what could have failed, and masked runs as failures only when told so', () => {
  expect(talliesOf(totals, header)).toMatchObject({ runs: 105, eligible: 98, failures: 5, skipped: 2, invalid: 5 });
  expect(talliesOf(totals, { ...header, masked: 'fail' })).toMatchObject({
    eligible: 98,
    failures: 8,
    measured: { eligible: 98, failures: 8 },
  });
});

it('measures a rate in the stratum with the most runs that could have failed', () => {
  const probing = { ...counts, pass: 10, skip: 500 };
  const strata = [
    { counts: probing, stratum: { ...plain, jobs: 2 } },
    { counts: { ...counts, fail: 0, hang: 0 }, stratum: plain },
  ];
  expect(talliesOf({ ...totals, strata }, header).measured).toEqual({ eligible: 93, failures: 0 });
  expect(talliesOf({ ...totals, strata: [] }, header).measured).toEqual({ eligible: 0, failures: 0 });
});

it('measures a rate under the base condition, however much more was run beside it', () => {
  const few = { ...counts, pass: 10, fail: 0, hang: 0, masked: 0 };
  const strata = [
    { counts, stratum: { condition: 'chaos:pct:2', jobs: 1 } },
    { counts: few, stratum: plain },
  ];
  const measured = (conditions: string[]) => talliesOf({ ...totals, strata }, { ...header, conditions }).measured;
  expect(measured(['plain', 'chaos:pct:2'])).toEqual({ eligible: 10, failures: 0 });
  expect(measured(['chaos:pct:2'])).toEqual({ eligible: 98, failures: 5 });
});
