import type { NightReport } from '../../model/night.ts';
import { cellRate } from '../night/night-facts.ts';

/** Version of the lines below; see docs/formats.md. */
const linesVersion = 1;

/** A night as one JSON document a line: `night`, then a `cell` a test and condition, a `verdict` a test, and `end`. */
export function nightNdjson(report: NightReport): string {
  const { header, cells, verdicts } = report;
  const night = { id: header.id, suite: header.suite };
  const end = {
    elapsedMs: Math.round(report.elapsedMs),
    ended: report.ended,
    failing: report.failing,
    refusal: report.refusal,
    notes: report.notes,
  };
  const documents = [
    { kind: 'night', header },
    ...cells.map((cell) => ({ kind: 'cell', night, ...cell, rate: cellRate(cell) })),
    ...verdicts.map((verdict) => ({ kind: 'verdict', night, ...verdict })),
    { kind: 'end', night, ...end },
  ];
  return documents.map((document) => `${JSON.stringify({ v: linesVersion, ...document })}\n`).join('');
}
