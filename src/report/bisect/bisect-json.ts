import type { ExitCode } from '../../errors.ts';
import type { BisectHeader, BisectSummary } from '../../model/bisect.ts';
import type { KeptBisect } from './bisect-result.ts';
import { commitsOf, inHistoryOrder } from './history-order.ts';

/** Version of the documents of this folder; it grows with every change that could break a reader. See docs/json.md. */
export const jsonVersion = 1;

/** The document of `bisect --json`, ready to print. @param exitCode null while it is on */
export function bisectJson(summary: BisectSummary, kept: KeptBisect, exitCode: ExitCode | null): string {
  const { header } = summary;
  const document = {
    v: jsonVersion,
    kind: 'bisect',
    ...aboutJson(header, kept),
    direction: header.direction,
    old: header.old,
    new: header.new,
    ends: header.ends,
    ...(header.axis === undefined ? {} : { axis: header.axis }),
    firstParent: header.firstParent,
    paths: header.paths,
    plan: {
      confidence: header.confidence,
      jobs: header.jobs,
      limitMs: header.limitMs,
      seed: header.seed,
    },
    outcome: summary.outcome,
    exitCode,
    commits: commitsOf(summary),
    distinctBuilds: summary.distinctBuilds,
    calibration: summary.calibration,
    findings: inHistoryOrder(summary),
    nullMass: summary.nullMass,
    rows: summary.rows,
    unusable: summary.unusable,
    others: summary.others,
    spent: summary.spent,
    notes: summary.notes,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What both documents begin with. */
export function aboutJson(header: BisectHeader, { dir }: KeptBisect) {
  const { target } = header;
  return {
    id: header.id,
    dir,
    started: header.started,
    version: header.version,
    commandLine: header.commandLine,
    suite: header.suite,
    test: header.test,
    args: header.args,
    tree: header.tree,
    engine: header.engine,
    machine: header.machine,
    guest: header.guest ?? null,
    target: { ...target.signature, verdict: target.verdict },
  };
}
