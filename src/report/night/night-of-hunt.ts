import type { CellSignature, NightCell, NightReport, TestState } from '../../model/night.ts';
import type { HuntSummary, SignatureSummary } from '../../model/summary.ts';
import type { Verdict } from '../../model/verdict.ts';
import { eligibleRuns } from '../fold-strata.ts';
import { replayElsewhere } from '../reproduce.ts';
import { cellRate } from './night-facts.ts';

/** A hunt as a night of one test without a past, so that it can be written in every format of a night. */
export function nightOfHunt(summary: HuntSummary): NightReport {
  const { header, ended, elapsedMs, reasons } = summary;
  const masked = header.masked === 'ignore' ? [] : ['masked'];
  const failing = new Set<Verdict>(['fail', 'hang', ...masked] as Verdict[]);
  const signatures = summary.signatures.filter(({ verdict }) => failing.has(verdict));
  const conditions = [...new Set(summary.strata.map(({ stratum }) => stratum.condition))];
  const cells = conditions.map((condition) => cellOf(condition, summary, signatures));
  const state = stateOf(summary, signatures);
  const worst = cells.toSorted((a, b) => cellRate(b).low - cellRate(a).low)[0];
  const { id, started, version, suite, revision, build, engine, machine, seed, commandLine } = header;
  return {
    header: {
      ...{ id, started, version, suite, revision, build, engine, machine, seed, commandLine },
      guest: header.guest ?? null,
      conditions: conditions.length === 0 ? header.conditions : conditions,
      machineClass: `${header.machine.arch}, Linux ${header.machine.kernel}`,
      budgetMs: header.stop.timeMs ?? elapsedMs,
      tests: [header.test],
      shard: null,
    },
    cells,
    verdicts: [
      {
        test: header.test,
        verdict: state === 'skipped' || state === 'invalid' ? state : 'baseline',
        state,
        comparison:
          worst === undefined || eligibleRuns(worst.counts) === 0
            ? null
            : {
                condition: worst.condition,
                signature: worst.signatures[0]?.signature ?? null,
                before: null,
                tonight: cellRate(worst),
                nights: 0,
                p: null,
                adjusted: null,
              },
        quarantine: null,
        range: null,
        bisect: null,
      },
    ],
    trend: [],
    signatures: [],
    elapsedMs,
    ended:
      ended === null
        ? null
        : { reason: ended.reason === 'interrupted' ? 'interrupted' : 'done', exitCode: ended.exitCode },
    failing: [],
    refusal: state === 'invalid' ? (reasons.find(({ verdict }) => verdict === 'invalid')?.reason ?? null) : null,
    notes: summary.notes,
  };
}

function cellOf(condition: string, summary: HuntSummary, signatures: readonly SignatureSummary[]): NightCell {
  const { header, wall, reasons } = summary;
  const strata = summary.strata.filter(({ stratum }) => stratum.condition === condition);
  const counts: NightCell['counts'] = { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0 };
  for (const row of strata) {
    for (const verdict of Object.keys(counts) as Verdict[]) counts[verdict] += row.counts[verdict];
  }
  return {
    test: header.test,
    condition,
    counts,
    signatures: signatures.flatMap((row) => cellSignature(row, condition, summary)),
    hunt: header.id,
    elapsedMs: strata.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
    reason: eligibleRuns(counts) > 0 ? null : (reasons[0]?.reason ?? null),
    // Durations are those of the base condition.
    wall: condition === header.conditions[0] ? wall : null,
    overloaded: { runs: 0, failures: 0 },
  };
}

function cellSignature(row: SignatureSummary, condition: string, { header }: HuntSummary): CellSignature[] {
  const rates = row.rates.filter(({ stratum }) => stratum.condition === condition);
  const count = rates.reduce((sum, { rate }) => sum + rate.failures, 0);
  if (count === 0) return [];
  const { signature, verdict, known, firstRun, excerpt } = row;
  return [{ signature, verdict, known, count, firstRun, excerpt, reproduce: replayElsewhere(header, row.reproducer) }];
}

function stateOf({ counts }: HuntSummary, signatures: readonly SignatureSummary[]): TestState {
  const runs = eligibleRuns(counts);
  const failures = signatures.reduce((sum, { count }) => sum + count, 0);
  if (runs > 0) return failures === 0 ? 'passing' : failures === runs ? 'failing' : 'flaky';
  if (counts.invalid > 0) return 'invalid';
  return counts.skip > 0 ? 'skipped' : 'not-run';
}
