/**
 * Order of Debian's versions (deb-version(7)), which is a natural one for file names, too: 6.1 < 6.1.176 < 6.12, and what
 * follows a tilde comes before the end. Negative: `a` is older.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  const [x, y] = [aligned(left ?? []), aligned(right ?? [])];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const order = i % 2 === 0 ? compareText(x[i] ?? '', y[i] ?? '') : Number(x[i] ?? 0) - Number(y[i] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether a version lies between two series, both included and either open: 6.12.117 lies in 6.1 to 6.12. */
export function inSeries(version: string, from: string | null, to: string | null): boolean {
  return (from === null || compareNumbers(version, from) >= 0) && (to === null || compareNumbers(version, to) <= 0);
}

/** Compares as many numbers as the series has. */
function compareNumbers(version: string, series: string): number {
  const numbers = version.split(/[.~+-]/).map(Number);
  for (const [i, wanted] of series.split('.').entries()) {
    const order = (numbers[i] || 0) - Number(wanted);
    if (order !== 0) return order;
  }
  return 0;
}

/** Texts at even, numbers at odd places. */
function aligned(parts: readonly string[]): string[] {
  return /^\d/.test(parts[0] ?? '') ? ['', ...parts] : [...parts];
}

function compareText(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = weight(a[i]) - weight(b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Tilde before the end, the end before letters, letters before all else. */
function weight(letter: string | undefined): number {
  if (letter === undefined) return 0;
  if (letter === '~') return -1;
  const code = letter.codePointAt(0) ?? 0;
  return /[A-Za-z]/.test(letter) ? code : code + 256;
}
