import type { ExitCode } from '../errors.ts';
import type { ReplayedView } from './replay.ts';

/** Version of the document below. See docs/json.md. */
const jsonVersion = 1;

/** The document of `replay --json`, ready to print. */
export function replayJson(view: ReplayedView, exitCode: ExitCode): string {
  const { subject, hunt, original, condition, level, seed, summary } = view;
  const document = {
    v: jsonVersion,
    kind: 'replay',
    hunt: hunt?.id ?? null,
    run: hunt?.run ?? null,
    suite: subject.suite,
    test: subject.test,
    argv: subject.argv,
    revision: subject.revision,
    build: subject.build,
    condition,
    level,
    seed,
    asRun: view.asRun,
    limitMs: view.limitMs,
    guest: view.guest,
    original,
    times: view.times,
    reason: view.reason,
    exitCode,
    elapsedMs: Math.round(view.elapsedMs),
    runs: summary.runs,
    failures: view.failures,
    failedRun: view.failedRun,
    outcomes: summary.outcomes,
    schedules: summary.schedules,
    differentSchedules: summary.differentSchedules,
    agreement: { outcome: summary.outcomeAgreement, schedule: summary.scheduleAgreement },
    traces: view.traces,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
