import { halve } from './halving.js';

/** `git bisect run`: one run says it. */
export function naive(session, { size }) {
  return halve(size, (node) => session.run(node, 1).failures > 0);
}
