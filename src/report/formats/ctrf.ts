import type { CellSignature, NightCell, NightReport, TestVerdict } from '../../model/night.ts';
import { cellRate, cellsByTest, reasonOf, verdictCounts, verdictSentence, verdictWord } from '../night/night-facts.ts';
import { readable, readableLine, tailOf } from '../readable.ts';

/** Output of a failure, in bytes. */
const mostExcerpt = 65_536;

/**
 * A night as CTRF (Common Test Report Format, ctrf.io): one test a test, failures of each signature as attempts, our own
 * figures below `extra`.
 */
export function nightCtrf(report: NightReport): string {
  const { header, elapsedMs, refusal } = report;
  const cells = cellsByTest(report);
  const tests = report.verdicts.map((verdict) => ctrfTest(verdict, cells.get(verdict.test) ?? [], header.suite));
  const start = Date.parse(header.started);
  const count = (status: string) => tests.filter((test) => test.status === status).length;
  const document = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    runId: readableLine(header.id) || 'night',
    timestamp: header.started,
    generatedBy: `flakehunt ${header.version}`,
    results: {
      tool: { name: 'flakehunt', version: header.version },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: count('pending'),
        other: count('other'),
        flaky: tests.filter(({ flaky }) => flaky).length,
        suites: 1,
        start,
        stop: start + Math.round(elapsedMs),
        duration: Math.round(elapsedMs),
        extra: { verdicts: Object.fromEntries(verdictCounts(report.verdicts).map((row) => [row.word, row.count])) },
      },
      tests,
      environment: environment(report),
      extra: { refusal: refusal === null ? null : readableLine(refusal), notes: report.notes.map(readableLine) },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function ctrfTest(verdict: TestVerdict, cells: readonly NightCell[], suite: string) {
  const { test, state, comparison, quarantine } = verdict;
  const failures = cells.flatMap(({ condition, signatures }) => signatures.map((row) => ({ ...row, condition })));
  const elapsed = cells.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  const first = failures[0];
  return {
    testId: readableLine(`${suite}/${test}`),
    name: readableLine(test) || 'unnamed',
    status: statusOf(verdict),
    rawStatus: state,
    duration: Math.round(elapsed),
    suite: [readableLine(suite)],
    message: readableLine(`${verdictWord(verdict).word}: ${verdictSentence(verdict, reasonOf(cells))}`),
    ...(first === undefined ? {} : { trace: capped(first.excerpt) }),
    tags: [verdictWord(verdict).word],
    flaky: state === 'flaky',
    ...(failures.length === 0
      ? {}
      : { retries: failures.length, retryAttempts: failures.map((row, index) => attempt(row, index + 1)) }),
    parameters: { conditions: cells.map(({ condition }) => readableLine(condition)) },
    extra: {
      verdict: verdict.verdict,
      p: comparison?.adjusted ?? null,
      quarantine: quarantine === null ? null : quarantine.state,
      bisect: verdict.bisect === null ? null : readableLine(verdict.bisect),
      rates: cells.map((cell) => ({ condition: readableLine(cell.condition), ...cellRate(cell) })),
    },
  };
}

/** A quarantined failure is nobody's alarm, and a run that taught nothing neither passed nor failed. */
function statusOf({ state, quarantine }: TestVerdict): 'passed' | 'failed' | 'skipped' | 'pending' | 'other' {
  if (state === 'passing') return 'passed';
  if (state === 'skipped') return 'skipped';
  if (state === 'not-run') return 'pending';
  if (state === 'invalid' || quarantine?.state === 'holds') return 'other';
  return 'failed';
}

function attempt(row: CellSignature & { condition: string }, number: number) {
  return {
    attempt: number,
    attemptId: readableLine(row.signature.id) || String(number),
    status: 'failed' as const,
    message: readableLine(row.signature.title),
    trace: capped(row.excerpt),
    extra: {
      condition: readableLine(row.condition),
      count: row.count,
      verdict: row.verdict,
      reproduce: readableLine(row.reproduce),
    },
  };
}

function environment({ header, refusal }: NightReport) {
  const { revision, machine, guest, shard } = header;
  return {
    reportName: `Nightly of ${readableLine(header.suite)}`,
    appName: readableLine(header.suite),
    ...(revision.name === null ? {} : { appVersion: readableLine(revision.name) }),
    ...(revision.commit === null ? {} : { commit: readableLine(revision.commit) }),
    ...(revision.tree === null ? {} : { repositoryUrl: readableLine(revision.tree) }),
    osPlatform: 'linux',
    osRelease: readableLine(guest?.kernel.release ?? machine.kernel),
    osVersion: readableLine(machine.distribution),
    testEnvironment: readableLine(header.machineClass),
    ...(shard === null ? {} : { shardId: `${shard.index}/${shard.total}` }),
    healthy: refusal === null,
  };
}

function capped(text: string): string {
  return tailOf(readable(text), mostExcerpt);
}
