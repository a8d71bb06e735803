import { errorPerStep, halve } from './halving.js';

/** The same number of runs at each step, as many as the rate, which is known, calls for; one failure says "fails". */
export function fixedRepeats(session, { size, p, confidence }) {
  const runs = Math.ceil(Math.log(errorPerStep(size, confidence)) / Math.log1p(-p));
  return halve(size, (node) => failuresIn(session, node, runs) > 0);
}

function failuresIn(session, node, runs) {
  let failures = 0;
  for (let left = runs; left > 0; ) {
    const seen = session.run(node, left);
    failures += seen.failures;
    left -= seen.runs;
  }
  return failures;
}
