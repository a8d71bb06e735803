/**
 * The least that any method needs on average to name the change among `size` commits with `confidence`, both rates known:
 * the bits of Fano's inequality, each run giving at most the capacity of the channel "which side" -> "did it fail", each
 * build at most one bit (T. M. Cover, J. A. Thomas, "Elements of Information Theory", 2006, 2.10 and 7.12: feedback does
 * not raise capacity).
 */
export function informationBound({ size, p, q }, confidence) {
  const error = 1 - confidence;
  const bits = Math.log2(size) - entropy(error) - error * Math.log2(size - 1);
  return { runs: bits / capacity(p, q), builds: bits };
}

/** Bits a run: the mutual information at the best share of runs on the failing side, where its derivative is 0. */
function capacity(p, q) {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const share = (low + high) / 2;
    const failing = share * p + (1 - share) * q;
    const slope = (p - q) * Math.log2((1 - failing) / failing) - entropy(p) + entropy(q);
    if (slope > 0) low = share;
    else high = share;
  }
  return entropy(low * p + (1 - low) * q) - low * entropy(p) - (1 - low) * entropy(q);
}

function entropy(x) {
  return x <= 0 || x >= 1 ? 0 : -x * Math.log2(x) - (1 - x) * Math.log2(1 - x);
}
