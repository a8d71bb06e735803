import { UsageError } from '../errors.ts';
import { type CallClass, callClasses } from '../model/condition.ts';
import { didYouMean } from '../nearest.ts';

/** What is intercepted where nothing is said: `rest` doubles the cost and holds calls that order nothing. */
export const usualClasses: readonly CallClass[] = ['lifecycle', 'sync', 'resource'];

/** Reads what may follow the slash behind an arm: `all`, `lifecycle+sync`. Throws UsageError. */
export function readClasses(text: string): CallClass[] {
  if (text === 'all') return [...callClasses];
  const names = text.split('+');
  for (const [index, name] of names.entries()) {
    if (!callClasses.some((known) => known === name)) {
      const known = `The kinds are ${callClasses.join(', ')}, joined by +, or all.`;
      throw new UsageError(`"${name}" is not a kind of call${didYouMean(name, callClasses) || '.'} ${known}`);
    }
    if (names.indexOf(name) < index) throw new UsageError(`"${name}" stands twice in "/${text}".`);
  }
  return callClasses.filter((known) => names.includes(known));
}

/** The text behind an arm that readClasses reads, with its slash; empty for the usual ones. */
export function classesText(classes: readonly CallClass[]): string {
  const sorted = callClasses.filter((known) => classes.includes(known));
  if (sorted.length === callClasses.length) return '/all';
  return sorted.join() === usualClasses.join() ? '' : `/${sorted.join('+')}`;
}
