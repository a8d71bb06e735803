import { didYouMean } from '../nearest.ts';
import type { DescribedSuite } from './file-schema.ts';
import type { Path } from './located-yaml.ts';
import type { Complaint } from './schema-parts.ts';

const known = ['tree', 'artifact', 'test', 'jobs'];

/** Placeholders that would stay as they are, because they are misspelt or belong elsewhere; other braces are texts. */
export function misplacedPlaceholders({ build, command = [] }: DescribedSuite): Complaint[] {
  return [
    ...(build?.steps ?? []).flatMap((step, index) => inStep(step, ['build', 'steps', index], ['jobs'])),
    ...(build?.['test-steps'] ?? []).flatMap((step, index) =>
      inStep(step, ['build', 'test-steps', index], ['test', 'jobs']),
    ),
    ...inText(build?.artifact ?? '', ['build', 'artifact'], ['test']),
    ...command.flatMap((argument, index) => inText(argument, ['command', index], ['tree', 'artifact', 'test'])),
  ];
}

type Step = NonNullable<NonNullable<DescribedSuite['build']>['steps']>[number];

function inStep(step: Step, path: Path, allowed: readonly string[]): Complaint[] {
  if (Array.isArray(step)) return step.flatMap((text, index) => inText(text, [...path, index], allowed));
  return [
    ...step.run.flatMap((text, index) => inText(text, [...path, 'run', index], allowed)),
    ...inText(step.cwd ?? '', [...path, 'cwd'], allowed),
    ...Object.entries(step.env ?? {}).flatMap(([name, text]) => inText(text, [...path, 'env', name], allowed)),
  ];
}

function inText(text: string, path: Path, allowed: readonly string[]): Complaint[] {
  return [...text.matchAll(/\{(\w{1,20})\}/g)].flatMap(([whole, name = '']) => {
    if (allowed.includes(name)) return [];
    const places = allowed.map((word) => `{${word}}`).join(', ');
    if (known.includes(name)) return [{ path, message: `${whole} means nothing here; what does is ${places}` }];
    const guess = didYouMean(name, known);
    return guess === '' ? [] : [{ path, message: `${whole} means nothing${guess}` }];
  });
}
