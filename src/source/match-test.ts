import { UsageError } from '../errors.ts';
import type { Suite } from '../model/suite.ts';
import { nearest } from '../nearest.ts';

/**
 * The stem that a person means by `name`: `msg-ring`, `msg-ring.t`, `test/msg-ring.t`, `./test/msg-ring.c` or a longer path
 * that ends so.
 * @param where for the message
 * @throws UsageError with up to three near stems when there is no such test.
 */
export function matchTest(
  name: string,
  stems: readonly string[],
  forms: Suite['nameForms'],
  where = 'in this revision',
): string {
  const candidates = readings(name, forms);
  const found = candidates.find((candidate) => stems.includes(candidate));
  if (found !== undefined) return found;
  const near = nearest(candidates.at(-1) ?? name, stems);
  const guess = near.length === 0 ? '' : ` Near ones: ${near.join(', ')}.`;
  throw new UsageError(
    `There is no test "${name}" ${where}.${guess} \`flakehunt run --list\` with the same tree lists them all.`,
  );
}

/** Ways to read a name, the most literal first: a test may well be called `x.t` or `test/x`. */
function readings(name: string, { prefixes, suffixes }: Suite['nameForms']): string[] {
  const plain = name.replace(/^(?:\.{0,2}\/)+/, '');
  const starts = [plain, ...prefixes.flatMap((prefix) => after(plain, prefix))];
  return [...starts, ...starts.flatMap((start) => suffixes.flatMap((suffix) => before(start, suffix)))];
}

function after(text: string, prefix: string): string[] {
  const at = `/${text}`.lastIndexOf(`/${prefix}`);
  return at === -1 || prefix === '' ? [] : [text.slice(at + prefix.length)];
}

function before(text: string, suffix: string): string[] {
  return suffix !== '' && text.endsWith(suffix) && text !== suffix ? [text.slice(0, -suffix.length)] : [];
}
