/** `git bisect` on a line whose old end, 0, fails and whose new end does not: the first node that `fails` denies. */
export function halve(size, fails) {
  let [failing, clean] = [0, size];
  while (clean - failing > 1) {
    const middle = (failing + clean) >> 1;
    if (fails(middle)) failing = middle;
    else clean = middle;
  }
  return clean;
}

/** Chance to be wrong that each step may have for the whole to be right with `confidence`, by the union bound. */
export function errorPerStep(size, confidence) {
  return (1 - confidence) / Math.ceil(Math.log2(size));
}
