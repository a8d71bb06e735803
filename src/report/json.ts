import { join } from 'node:path';
import type { HuntHeader } from '../model/hunt.ts';
import type { BootSummary, HuntSummary, SignatureSummary, StratumRate, StratumSummary } from '../model/summary.ts';
import { exclusionOf } from './exclusion.ts';
import { type ArmTable, foldArms } from './fold-arms.ts';
import { eligibleRuns } from './fold-strata.ts';
import { replayElsewhere, replayHere } from './reproduce.ts';
import type { KeptHunt } from './result.ts';

/** Version of the document below; it grows with every change that could break a reader. See docs/json.md. */
const jsonVersion = 1;

/** The document of `run --json` and `show HUNT --json`, ready to print. */
export function resultJson(summary: HuntSummary, kept: KeptHunt): string {
  return `${JSON.stringify(summaryJson(summary, kept), null, 2)}\n`;
}

/** A hunt as data: docs/json.md describes each field. */
export function summaryJson(summary: HuntSummary, kept: KeptHunt) {
  const { header, wall } = summary;
  return {
    v: jsonVersion,
    kind: 'hunt',
    id: header.id,
    dir: kept.dir,
    started: header.started,
    version: header.version,
    commandLine: header.commandLine,
    suite: header.suite,
    test: header.test,
    argv: header.argv,
    revision: header.revision,
    build: header.build,
    engine: header.engine,
    machine: header.machine,
    guest: header.guest ?? null,
    plan: {
      stop: header.stop,
      jobs: header.jobs,
      strategy: header.strategy ?? 'plain',
      conditions: header.conditions,
      limitMs: header.limitMs,
      masked: header.masked,
      seed: header.seed,
    },
    state: kept.state,
    ended: summary.ended,
    sessions: summary.sessions,
    elapsedMs: Math.round(summary.elapsedMs),
    runs: summary.runs,
    eligible: eligibleRuns(summary.counts),
    counts: summary.counts,
    durationUs: wall === null ? null : { min: wall.minUs, median: wall.medianUs, p99: wall.p99Us, max: wall.maxUs },
    boots: summary.boots === null ? null : bootsJson(summary.boots, kept),
    strata: summary.strata.map(stratumJson),
    arms: armsJson(foldArms(summary), summary),
    refused: summary.refused,
    signatures: summary.signatures.map((signature) => signatureJson(signature, header, kept)),
    reasons: summary.reasons,
    classes: summary.classes,
    notes: summary.notes,
  };
}

function bootsJson({ count, medianMs, slowestMs, consoles }: BootSummary, { artifactDir }: KeptHunt) {
  return { count, medianMs, slowestMs, consoles: consoles.map((name) => join(artifactDir, name)) };
}

function stratumJson({ stratum, counts, eligible, elapsedMs, runsPerSecond, effect }: StratumSummary) {
  return { ...stratum, counts, eligible, elapsedMs: Math.round(elapsedMs), runsPerSecond, effect };
}

function armsJson({ target, rows, best }: ArmTable, { strata }: HuntSummary) {
  return {
    signature: target?.signature.id ?? null,
    verdict: target?.verdict ?? null,
    best: best?.stratum ?? null,
    rows: rows.map(({ stratum, rate, failuresPerSecond, gain, effective }) => {
      const row = strata.find((other) => other.stratum === stratum);
      const excluded = target !== null || row === undefined ? null : exclusionOf(row);
      return { ...stratum, rate, failuresPerSecond, gain, effective, excluded };
    }),
  };
}

function signatureJson(row: SignatureSummary, header: HuntHeader, { artifactDir }: KeptHunt) {
  const { signature, firstAfterMs } = row;
  return {
    id: signature.id,
    kind: signature.kind,
    verdict: row.verdict,
    title: signature.title,
    errnos: signature.errnos,
    lines: signature.lines,
    known: row.known,
    count: row.count,
    always: row.always,
    rates: row.rates.map(rateJson),
    firstRun: row.firstRun,
    firstAfterMs: firstAfterMs === null ? null : Math.round(firstAfterMs),
    sampleRuns: row.sampleRuns,
    reproducer: {
      ...row.reproducer,
      here: replayHere(header, row.reproducer.run),
      elsewhere: replayElsewhere(header, row.reproducer),
    },
    ending: row.ending,
    excerpt: row.excerpt,
    output: row.outputFile === null ? null : join(artifactDir, row.outputFile),
    core: row.core === null ? null : join(artifactDir, row.core),
    stacks: row.stacks,
  };
}

function rateJson({ stratum, rate }: StratumRate) {
  return { ...stratum, ...rate };
}
