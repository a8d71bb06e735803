import type { Suite } from '../model/suite.ts';
import { didYouMean } from '../nearest.ts';
import { builtInSuites, findSuite } from '../suites/index.ts';
import type { DescribedSuite } from './file-schema.ts';
import type { Complaint } from './schema-parts.ts';

/** What a suite is without a word about it: runs in a scratch folder, and judged like any command. */
function blankSuite(): Suite {
  return { ...findSuite('command', []), cwd: 'scratch' };
}

/** The suite whose parts stand where `extends` is given and the part is not. Throws UsageError for an unknown one. */
export function baseSuite({ extends: name }: DescribedSuite): Suite {
  return name === undefined ? blankSuite() : findSuite(name, []);
}

/** Why a suite may not be called so, or null. */
export function nameComplaint(name: string): string | null {
  if (builtInSuites.some((suite) => suite.name === name)) {
    return `"${name}" is built in; give yours another name, with \`extends: ${name}\` to change parts of it`;
  }
  return /^\w[\w.-]*$/.test(name) ? null : 'is no name of a suite; use letters, digits, "-", "_" and "."';
}

/** Parts that are each well written and do not make a suite together. */
export function missingParts(given: DescribedSuite): Complaint[] {
  const names = builtInSuites.map((suite) => suite.name);
  if (given.extends !== undefined && !names.includes(given.extends)) {
    const guess = didYouMean(given.extends, names) || `; they are ${names.join(', ')}`;
    return [{ path: ['extends'], message: `"${given.extends}" is not a built-in suite${guess}` }];
  }
  const base = baseSuite(given);
  const { build, command } = given;
  const hasBuild = build !== undefined || base.build !== null;
  const complaints: Complaint[] = [];
  if (build !== undefined && build.artifact === undefined && base.build === null) {
    const message = 'is missing; it is the path of the built test, like test/{test}.t';
    complaints.push({ path: ['build', 'artifact'], message });
  }
  if (command === undefined && base.command.length === 0 && !hasBuild) {
    complaints.push({ path: ['command'], message: 'is missing; it is the command that runs a test, as a list' });
  }
  if (!hasBuild && command?.some((argument) => argument.includes('{artifact}'))) {
    complaints.push({ path: ['command'], message: 'uses {artifact}, which needs a build' });
  }
  return complaints;
}
