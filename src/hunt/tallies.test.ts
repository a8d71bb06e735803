import { expect, it } from 'vitest';
import { talliesOf } from './tallies.ts';

const counts = { pass: 90, fail: 4, masked: 3, skip: 2, hang: 1, invalid: 5 };
const totals = { counts, runs: 105, elapsedMs: 700, strata: [{ counts }] };

it('counts what could have failed, and masked runs as failures only when told so', () => {
  expect(talliesOf(totals, 'report')).toMatchObject({ runs: 105, eligible: 98, failures: 5, skipped: 2, invalid: 5 });
  expect(talliesOf(totals, 'fail')).toMatchObject({
    eligible: 98,
    failures: 8,
    measured: { eligible: 98, failures: 8 },
  });
});

it('measures a rate in the stratum with the most runs that could have failed', () => {
  const probing = { ...counts, pass: 10, skip: 500 };
  const strata = [{ counts: probing }, { counts: { ...counts, fail: 0, hang: 0 } }];
  expect(talliesOf({ ...totals, strata }, 'report').measured).toEqual({ eligible: 93, failures: 0 });
  expect(talliesOf({ ...totals, strata: [] }, 'report').measured).toEqual({ eligible: 0, failures: 0 });
});
