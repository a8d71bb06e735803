import { errorPerStep, halve } from './halving.js';

/**
 * Wald's sequential test at each step with the rate from `calibrated` failures at the failing end. The likelihood of k
 * clean runs there is averaged over what these say of p, B(x, 1+n-x+k) / B(x, 1+n-x): a plain estimate is too often too
 * high to be trusted.
 */
export function sprtCalibrated(session, { size, confidence }) {
  const known = session.calibrate(0, calibrated);
  const clean = cleanRuns(known, errorPerStep(size, confidence));
  return halve(size, (node) => session.run(node, clean).failures > 0);
}

const calibrated = 5;

/** The smallest k: each further run multiplies by (n-x+k) / (n+k), k counted from 1. */
function cleanRuns({ failures, runs }, error) {
  let k = 0;
  for (let likelihood = 1; likelihood > error; k++) likelihood *= (runs - failures + k + 1) / (runs + k + 1);
  return k;
}
