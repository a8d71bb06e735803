import type { BisectSummary } from '../../model/bisect.ts';
import { endRate, failingEnd } from './ends.ts';
import { wholeRate } from './figures.ts';

/** What an end without a culprit means and what can be done, a paragraph each. */
export function advice(summary: BisectSummary): string[] {
  switch (summary.outcome) {
    case 'not-reproduced':
      return notReproduced(summary);
    case 'both-fail':
      return bothFail(summary);
    case 'no-change':
      return noChange(summary);
    default:
      return [];
  }
}

function notReproduced({ header }: BisectSummary): string[] {
  const end = failingEnd(header);
  return [
    `A bisect needs an end that fails: the ${end} one did not. Rarer than that bound it may still be: try longer with \`--time\`, or another condition with \`--condition\`. If it depends on the kernel, boot one that shows it with \`--kernel\`.`,
  ];
}

function bothFail({ header }: BisectSummary): string[] {
  if (header.axis !== undefined)
    return [
      'Both kernels at the ends show this failure, so none between the two can be named. Take `--kernels` that reach farther.',
    ];
  const [clean, other] = header.direction === 'fix' ? ['new', 'a later `--new`'] : ['old', 'an earlier `--old`'];
  return [
    `The ${clean} end was to be free of this failure and is not, so no commit between the two can be named. Take ${other} that does not fail; or compare the two ends with \`flakehunt confirm\`, if it has only become rarer or more frequent.`,
  ];
}

function noChange(summary: BisectSummary): string[] {
  if (summary.header.axis !== undefined)
    return [
      'What makes the difference is not the kernel, or lies outside this range: take `--kernels` that reach farther.',
    ];
  const [old, fresh] = [endRate(summary, 'old'), endRate(summary, 'new')];
  const rates =
    old === null || fresh === null
      ? ''
      : ` Seen were ${wholeRate(old)} at the old end and ${wholeRate(fresh)} at the new one.`;
  return [
    `What makes the difference lies outside this range, or outside this tree: compiler, kernel, machine.${rates} Take ends that lie farther apart with \`--old\` and \`--new\`.`,
  ];
}
