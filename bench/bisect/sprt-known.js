import { errorPerStep, halve } from './halving.js';

/**
 * Wald's sequential test at each step, failing rate known, clean side taken to be without failures: the first failure
 * decides, as do so many clean runs that their likelihood on the failing side is the allowed error.
 */
export function sprtKnown(session, { size, p, confidence }) {
  const clean = Math.ceil(Math.log(errorPerStep(size, confidence)) / Math.log1p(-p));
  return halve(size, (node) => session.run(node, clean).failures > 0);
}
