import type { NightReport } from '../../model/night.ts';

/** Version of `flakehunt nightly --json`; see docs/json.md. */
const jsonVersion = 1;

/** The night as data. What came before it is in `flakehunt history --json`. */
export function nightJson(report: NightReport, exitCode: number | null): string {
  const { header, verdicts, cells, elapsedMs, ended, failing, refusal, bisects = [], notes } = report;
  const { id, ...asked } = header;
  const document = { v: jsonVersion, kind: 'night', id, ...asked, elapsedMs, ended, exitCode, refusal, failing };
  return `${JSON.stringify({ ...document, verdicts, cells, bisects, notes }, null, 2)}\n`;
}
