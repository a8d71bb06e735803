import type { ExitCode } from '../../errors.ts';
import type { ConfirmSummary } from '../../model/bisect.ts';
import { aboutJson, jsonVersion } from './bisect-json.ts';
import type { KeptBisect } from './bisect-result.ts';

/** The document of `confirm --json`, ready to print. */
export function confirmJson(summary: ConfirmSummary, kept: KeptBisect, exitCode: ExitCode): string {
  const { header, plan } = summary;
  const document = {
    v: jsonVersion,
    kind: 'confirm',
    ...aboutJson(header, kept),
    condition: summary.condition,
    plan: { ...plan, jobs: header.jobs, limitMs: header.limitMs, seed: header.seed },
    verdict: summary.verdict,
    interrupted: summary.interrupted,
    exitCode,
    before: summary.before,
    after: summary.after,
    ratio: summary.ratio,
    p: summary.p,
    others: summary.others,
    spent: summary.spent,
    reproduce: summary.reproduce,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
