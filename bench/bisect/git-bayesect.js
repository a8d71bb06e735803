/**
 * The algorithm of git_bayesect 1.2, written afresh: commits from the old to the new end, which of them is the first of
 * the new kind unknown, rates of both kinds Beta(1/2, 1/2), the next run where the expected entropy after it is least
 * (ties nearest the middle), until one commit holds the confidence.
 *
 * It goes through all commits for each run; here those between two that were run share their numbers. Within such a
 * stretch the expected entropy is convex in the position, its minimum known in closed form: same choices, less work.
 */
export function gitBayesect(session, { size, confidence, mostRuns }) {
  // Position i is node size - i: it counts from the new end. Position size, the old end, stands for "no change".
  const stretches = [stretchOf(0, size + 1, 1 / (size + 1), 0, 0)];
  const all = { yes: 0, total: 0 };
  while (session.runs < mostRuns) {
    const position = select(stretches, all, size + 1);
    const failed = session.run(size - position, 1).failures > 0;
    record(stretches, all, position, failed);
    const best = likeliest(stretches);
    if (best.each >= confidence) return best.start === size ? 'no-change' : size - best.start;
  }
  return 'undecided';
}

/**
 * Commits that share `each`, their probability to be the change, and the failures among the runs at or before them. The
 * rest is worked out for each run: chances of a failure at or before the change (near) and behind it (far), and of joint
 * weights (see select) those of a failure and the sum of x log x.
 */
function stretchOf(start, length, each, yes, total) {
  return { start, length, each, yes, total, near: 0, far: 0, nearYes: 0, nearLogs: 0, farYes: 0, farLogs: 0 };
}

function likeliest(stretches) {
  return stretches.reduce((best, one) => (one.each > best.each ? one : best));
}

const negligible = 1e-18;

/** Bayes: each hypothesis times what it gave for this outcome. A run splits the stretch that it lies in. */
function record(stretches, all, position, failed) {
  split(stretches, position);
  let sum = 0;
  for (const one of stretches) {
    const chance = one.start >= position ? one.near : one.far;
    one.each *= failed ? chance : 1 - chance;
    sum += one.each * one.length;
  }
  for (const one of stretches) {
    one.each /= sum;
    if (one.start < position) continue;
    one.total++;
    if (failed) one.yes++;
  }
  all.total++;
  if (failed) all.yes++;
}

function split(stretches, position) {
  const at = stretches.findIndex(({ start, length }) => position < start + length);
  const one = stretches[at];
  const before = position - one.start;
  if (before === 0) return;
  stretches.splice(at + 1, 0, { ...one, start: position, length: one.length - before });
  one.length = before;
}

/**
 * For a run at i, with Y the joint weights of hypothesis and failure, N those of hypothesis and success: the expected
 * entropy is xlogx(sum Y) - sum xlogx(Y) + the same of N, and both sums change linearly within a stretch. Stretches too
 * unlikely to show in a sum are left out: nothing is learnt there.
 */
function select(stretches, all, count) {
  const middle = count >> 1;
  const least = { value: Number.POSITIVE_INFINITY, position: 0 };
  let [yes, logs] = [0, 0];
  for (const one of stretches) {
    weigh(one, all);
    if (one.each * one.length < negligible) continue;
    yes += one.nearYes * one.length;
    logs += one.nearLogs * one.length;
  }
  for (const { start, length, each, nearYes, nearLogs, farYes, farLogs } of stretches) {
    if (each * length < negligible) continue;
    const slopeYes = farYes - nearYes;
    const slopeLogs = farLogs - nearLogs;
    // Where the derivative is 0; where nothing changes, nearest the middle.
    const zero = slopeYes === 0 ? middle - start : (1 / (1 + Math.exp(-slopeLogs / slopeYes)) - yes) / slopeYes;
    const first = Math.min(length - 1, Math.max(0, Math.floor(zero)));
    const last = zero > 0 ? Math.min(length - 1, first + 1) : first;
    for (let offset = first; offset <= last; offset++) {
      const failing = yes + slopeYes * offset;
      const value = xlogx(failing) + xlogx(1 - failing) - logs - slopeLogs * offset;
      const isTie = Math.abs(value - least.value) <= 1e-15 + 1e-12 * Math.abs(value);
      const isNearer = Math.abs(start + offset - middle) < Math.abs(least.position - middle);
      if (isTie ? isNearer : value < least.value) least.position = start + offset;
      least.value = Math.min(least.value, value);
    }
    yes += slopeYes * length;
    logs += slopeLogs * length;
  }
  return least.position;
}

function weigh(one, all) {
  const { yes, total, each } = one;
  one.near = (0.5 + yes) / (1 + total);
  one.far = (0.5 + all.yes - yes) / (1 + all.total - total);
  if (each * one.length < negligible) return;
  one.nearYes = each * one.near;
  one.farYes = each * one.far;
  one.nearLogs = xlogx(one.nearYes) + xlogx(each - one.nearYes);
  one.farLogs = xlogx(one.farYes) + xlogx(each - one.farYes);
}

function xlogx(x) {
  return x > 0 ? x * Math.log(x) : 0;
}
