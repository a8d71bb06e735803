import fc from 'fast-check';
import type { NightReport } from '../../model/night.ts';
import { sampleNight } from './sample-night.ts';

/** What breaks formats: markup, terminators, escapes, what no encoding has, and text that hides. */
const nasty = [
  ']]>',
  '<!--',
  '--></script><script>alert(1)</script>',
  '&#0;&nbsp;&',
  '"\'`',
  '\u0000\u0007\u001b[31m\u009b1m\u001b]0;title\u0007',
  '\ud800',
  '\udfff\ud800',
  '\ufffe\uffff',
  '\u{1ffff}',
  '\u2028\u2029\u0085',
  '\u202e\u2066',
  '\r\n\n\r',
  '# SKIP',
  'not ok 1 - no # TODO',
  '1..999',
  'Bail out!',
  'KTAP version 1',
  '::error::no',
  '%0A::error::no',
  '```\n~~~\n```',
  '| a | b |',
  '@everyone #1 [x](javascript:alert(1)) ![y](http://e.x)',
  '</textarea></title></style><img src=x onerror=alert(1)>',
  '$1$&$`',
  '\\',
];

/** Text that a test may have written, and a name that a file may have. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...nasty),
      fc.string({ unit: 'binary', maxLength: 20 }),
      // Lone surrogates.
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** A night whose every free text is hostile. */
export const hostileNight: fc.Arbitrary<NightReport> = fc
  .array(hostileText, { minLength: 8, maxLength: 8 })
  .map(soiled);

const clean = sampleNight({ tests: 14, nights: 3 });

function soiled(texts: string[]): NightReport {
  const report = clean;
  const text = (index: number) => texts[index % texts.length] ?? '';
  const renamed = new Map(report.header.tests.map((test, index) => [test, `${test}${text(index)}`]));
  const name = (test: string) => renamed.get(test) ?? test;
  const condition = (told: string) => `${told}${text(3)}`;
  const commit = (told: string | null) => (told === null ? null : `${told}${text(5)}`);
  return {
    ...report,
    header: {
      ...report.header,
      id: `${report.header.id}${text(0)}`,
      suite: text(1),
      tests: report.header.tests.map(name),
      machineClass: text(2),
      conditions: report.header.conditions.map(condition),
      commandLine: ['flakehunt', text(6)],
      machine: { ...report.header.machine, hostname: text(4), cpuModel: text(5), distribution: text(7) },
      revision: {
        ...report.header.revision,
        subject: text(3),
        name: text(4),
        tree: text(6),
        commit: commit(report.header.revision.commit),
      },
    },
    cells: report.cells.map((cell) => ({
      ...cell,
      test: name(cell.test),
      condition: condition(cell.condition),
      reason: cell.reason === null ? null : text(6),
      signatures: cell.signatures.map((row) => ({
        ...row,
        signature: {
          ...row.signature,
          id: text(1),
          title: text(7),
          lines: texts,
          errnos: row.signature.errnos.map((errno) => ({ ...errno, text: text(2) })),
        },
        reproduce: text(0),
        excerpt: texts.join('\n'),
      })),
    })),
    verdicts: report.verdicts.map((verdict, index) => ({
      ...verdict,
      test: name(verdict.test),
      comparison:
        verdict.comparison === null
          ? null
          : { ...verdict.comparison, condition: condition(verdict.comparison.condition) },
      quarantine:
        verdict.quarantine === null
          ? null
          : {
              ...verdict.quarantine,
              entry: { ...verdict.quarantine.entry, reason: text(index), owner: text(index + 1), expires: text(index) },
            },
      bisect: verdict.bisect === null ? null : text(index + 2),
      range: verdict.range === null ? null : { old: text(index), new: text(index + 1) },
    })),
    trend: report.trend.map((point) => ({ ...point, test: name(point.test), condition: condition(point.condition) })),
    signatures: report.signatures.map((row) => ({
      ...row,
      test: name(row.test),
      signature: { ...row.signature, title: text(7) },
    })),
    failing: [text(1)],
    notes: [text(2), text(3)],
  };
}
