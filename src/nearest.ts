/**
 * Names that a person may have meant by `name`, nearest first, at most `limit`. A name qualifies when it differs in at
 * most a third of its letters (one letter at least), or when one of the two contains the other (three letters at least).
 */
export function nearest(name: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = name.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, distance: rank(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance !== null)
    .sort((a, b) => Number(a.distance) - Number(b.distance) || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** `; did you mean "x"?` with the nearest of `candidates`, or an empty string when none is near. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const [first] = nearest(name, candidates, 1);
  return first === undefined ? '' : `; did you mean "${first}"?`;
}

/** Distance of two lower-case names, or null when they are strangers. */
function rank(a: string, b: string): number | null {
  const shorter = Math.min(a.length, b.length);
  const longer = Math.max(a.length, b.length);
  const allowed = Math.max(1, Math.floor(longer / 3));
  // Names are short; a pasted page must not cost quadratic time.
  if (longer <= 200) {
    const distance = editDistance(a, b);
    if (distance <= allowed && distance < longer) return distance;
  }
  return shorter >= 3 && (a.includes(b) || b.includes(a)) ? allowed + longer - shorter : null;
}

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours cost one each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
