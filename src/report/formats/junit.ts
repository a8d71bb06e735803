import type { CellSignature, NightCell, NightReport, TestVerdict } from '../../model/night.ts';
import { cellRate, cellsByTest, failuresOf, reasonOf, verdictSentence, verdictWord } from '../night/night-facts.ts';
import { plural } from '../quantities.ts';
import { readable, readableLine, tailOf } from '../readable.ts';
import { type Element, element, xmlDocument } from './xml.ts';

/**
 * surefire: a test that failed at times has passed, with its failures in `flakyFailure`; Jenkins' plugins read it.
 * plain: such a test has failed; for readers that know `failure` alone (GitLab, GitHub).
 */
export type JunitFlavour = 'surefire' | 'plain';

/** Output of a failure, in bytes. */
const mostExcerpt = 65_536;

/** A night as JUnit XML, one testcase a test. See docs/formats.md for what is written where. */
export function nightJunit(report: NightReport, flavour: JunitFlavour): string {
  const { header, elapsedMs, refusal } = report;
  const cells = cellsByTest(report);
  const cases = report.verdicts.map((verdict) => testCase(verdict, cells.get(verdict.test) ?? [], report, flavour));
  const all = refusal === null ? cases : [refusedCase(refusal, header.suite), ...cases];
  const count = (name: string) => String(all.filter(({ children }) => children.some((c) => c.name === name)).length);
  const totals = { tests: String(all.length), failures: count('failure'), errors: '0' };
  const suite = element(
    'testsuite',
    {
      name: header.suite,
      ...totals,
      skipped: count('skipped'),
      time: seconds(elapsedMs),
      timestamp: header.started,
      hostname: header.machine.hostname,
    },
    [properties(aboutNight(report)), ...all],
  );
  return xmlDocument(element('testsuites', { name: 'flakehunt', time: seconds(elapsedMs), ...totals }, [suite]));
}

/** Where nothing can run, one red case says so. */
function refusedCase(refusal: string, suite: string): Element {
  const failure = element('failure', { type: 'refused', message: refusal }, []);
  return element('testcase', { classname: suite, name: 'flakehunt: this machine', time: '0' }, [failure]);
}

function testCase(
  verdict: TestVerdict,
  cells: readonly NightCell[],
  { header }: NightReport,
  flavour: JunitFlavour,
): Element {
  const elapsed = cells.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  const sentence = verdictSentence(verdict, reasonOf(cells));
  const failures = cells.flatMap(({ signatures }) => signatures);
  const children = [
    ...(flavour === 'plain' ? [properties(numbers(verdict, cells))] : []),
    ...results(verdict, sentence, failures, flavour),
    element('system-out', {}, [systemOut(sentence, cells, verdict)]),
  ];
  return element('testcase', { classname: header.suite, name: verdict.test, time: seconds(elapsed) }, children);
}

function results(
  verdict: TestVerdict,
  sentence: string,
  failures: readonly CellSignature[],
  flavour: JunitFlavour,
): Element[] {
  const { state, quarantine } = verdict;
  const holds = quarantine?.state === 'holds';
  const [first, ...others] = failures;
  if (state !== 'flaky' && state !== 'failing') {
    return state === 'passing' ? [] : [element('skipped', { message: `${state}: ${sentence}` }, [])];
  }
  if (holds) {
    const { owner, expires, reason } = quarantine.entry;
    return [element('skipped', { message: `quarantined until ${expires} (${owner}): ${reason}; ${sentence}` }, [])];
  }
  const { word } = verdictWord(verdict);
  if (flavour === 'surefire' && state === 'flaky' && quarantine?.state !== 'expired') {
    return failures.map((failure) => rerun('flakyFailure', failure, word, sentence));
  }
  const message = `${word}: ${sentence}`;
  const failure = element('failure', { type: first?.signature.kind ?? state, message }, [capped(first?.excerpt ?? '')]);
  return [failure, ...(flavour === 'surefire' ? others.map((row) => rerun('rerunFailure', row, word, sentence)) : [])];
}

function rerun(name: 'flakyFailure' | 'rerunFailure', row: CellSignature, word: string, sentence: string): Element {
  const message = `${row.signature.title} (${plural(row.count, 'time')}; ${word}: ${sentence})`;
  return element(name, { message, type: row.signature.kind }, [element('stackTrace', {}, [capped(row.excerpt)])]);
}

function systemOut(sentence: string, cells: readonly NightCell[], { bisect }: TestVerdict): string {
  const told = failuresOf(cells).flatMap(({ row, places }) => [
    `${readableLine(row.signature.title)} (id ${row.signature.id})`,
    ...places.flatMap(({ condition, count, reproduce }) => [
      `  ${plural(count, 'time')} under ${condition}: ${reproduce}`,
    ]),
    row.excerpt,
  ]);
  const search = bisect === null ? [] : [`which commit: ${bisect}`];
  return capped([sentence, ...told, ...search].join('\n'));
}

function capped(text: string): string {
  return tailOf(readable(text), mostExcerpt);
}

function aboutNight({ header, ended }: NightReport): [string, string][] {
  const { revision, machine, guest } = header;
  return [
    ['night', header.id],
    ['revision', revision.commit ?? revision.name ?? ''],
    ['kernel', guest?.kernel.release ?? machine.kernel],
    ['machine', header.machineClass],
    ['conditions', header.conditions.join(' ')],
    ['seed', header.seed],
    ['ended', ended?.reason ?? 'unfinished'],
  ];
}

function numbers({ verdict, comparison }: TestVerdict, cells: readonly NightCell[]): [string, string][] {
  const rates = cells.flatMap((cell): [string, string][] => {
    const { failures, runs, low, high } = cellRate(cell);
    return [
      [`${cell.condition}.failures`, String(failures)],
      [`${cell.condition}.runs`, String(runs)],
      [`${cell.condition}.low`, low.toPrecision(4)],
      [`${cell.condition}.high`, high.toPrecision(4)],
    ];
  });
  const p = comparison?.adjusted ?? null;
  return [['verdict', verdict], ...rates, ...(p === null ? [] : [['p', p.toPrecision(3)] as [string, string]])];
}

function properties(rows: readonly [string, string][]): Element {
  return element(
    'properties',
    {},
    rows.map(([name, value]) => element('property', { name, value }, [])),
  );
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
