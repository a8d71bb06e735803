/** Characters that are not mistaken for one another when read aloud or retyped. */
const tailAlphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const tailLength = 4;
const maxStem = 20;

/**
 * A name for a hunt: local date, test, four random characters, e.g. `251123-msg-ring-k3f9`. Names sort by day; the tail
 * alone is enough to name the hunt on a command line. `createHunt` sees to it that it is unique on disk.
 * @param random numbers in [0, 1).
 */
export function newHuntId(date: Date, test: string, random: () => number): string {
  const day = [date.getFullYear() % 100, date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('');
  const tail = Array.from({ length: tailLength }, () => tailAlphabet[Math.floor(random() * tailAlphabet.length)]);
  return `${day}-${testStem(test)}-${tail.join('')}`;
}

/** The test's name as part of a folder name: lower case, letters and digits, the file's own name only. */
function testStem(test: string): string {
  const base = test.split('/').at(-1) ?? '';
  const words =
    base
      .replace(/\.t$/, '')
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, maxStem).replace(/-$/, '') || 'hunt';
}
