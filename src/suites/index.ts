import { UsageError } from '../errors.ts';
import type { Suite } from '../model/suite.ts';
import { didYouMean } from '../nearest.ts';
import { command } from './command.ts';
import { lab } from './lab.ts';
import { liburing } from './liburing.ts';

export { commandSuite } from './command.ts';

/** In the order in which help shows them. */
export const builtInSuites: readonly Suite[] = [liburing, lab, command];

/** The suite of that name among `own` (the configuration file's) and the built-in ones. Throws UsageError. */
export function findSuite(name: string, own: readonly Suite[]): Suite {
  const suites = [...own, ...builtInSuites];
  const found = suites.find((suite) => suite.name === name);
  if (found !== undefined) return found;
  const names = suites.map((suite) => suite.name);
  throw new UsageError(
    `Unknown suite "${name}"${didYouMean(name, names) || '.'} The suites are ${names.join(', ')}; own ones are defined in flakehunt.config.yaml (\`flakehunt init\` writes one).`,
  );
}
