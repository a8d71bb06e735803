import type { RevisionFacts } from '../model/hunt.ts';
import type { Ending } from '../model/outcome.ts';
import type { KnownIssue, Verdict } from '../model/verdict.ts';
import { safe } from './display-text.ts';
import { endingText } from './ending-text.ts';
import { durationText } from './quantities.ts';
import { revisionText } from './revision-text.ts';
import { type Appearance, type Style, styleOf } from './style.ts';
import { wrap } from './wrap.ts';

/** One run as `flakehunt show HUNT:RUN` tells it. */
export interface RunView {
  hunt: string;
  run: number;
  test: string;
  revision: RevisionFacts;
  verdict: Verdict;
  /** The signature's title, or why the run was skipped or invalid; null where the verdict says it all. */
  title: string | null;
  signature: string | null;
  ending: Ending;
  limitMs: number;
  /** Microseconds; null when the log does not tell. */
  wallUs: number | null;
  /** With what was learnt filled in: `chaos:pct:2:25, 2 workers`. */
  condition: string | null;
  seed: string;
  /** Rolling hash of the run's schedule; null without one, and where only that of the class's first run was kept. */
  schedule: string | null;
  /** The commands that run it again: here, and where the same revision can be had. */
  again: string;
  elsewhere: string;
  /** `-17 EEXIST: File exists`. */
  errnos: string[];
  known: KnownIssue | null;
  /** Path of the core dump. */
  core: string | null;
  stacks: string | null;
  /** What the kernel said while the run was on. */
  kernelLog: string | null;
  /** First run of the class; what is shown below is of that one. */
  classRun: number;
  /** Every run of the class printed the same bytes; else they differ in digits, or it is a collection. */
  exact: boolean;
  output: OutputView;
}

export interface OutputView {
  /** Bytes the run wrote in all. */
  total: number;
  /** Bytes kept of them. */
  kept: number;
  /** Where among them the middle was dropped. */
  cutAt: number | null;
  /** Why there is none although the run wrote some. */
  missing: string | null;
}

const labelWidth = 12;
const widest = 110;

/** Everything about a run but its output, which follows. */
export function renderRun(view: RunView, screen: Appearance): string {
  const style = styleOf(screen);
  const width = Math.max(40, Math.min(screen.columns, widest)) - labelWidth;
  const title = style.strong(safe(`run ${view.run} of ${view.hunt}: ${view.test}`, style.unicode));
  const lines = rowsOf(view).flatMap(([label, text]) => (text === null ? [] : labelled(label, text, width, style)));
  const stacks = evidence('threads when the time limit struck', view.stacks, view, style);
  const kernel = evidence('kernel log', view.kernelLog, view, style);
  return `${title}\n${lines.join('\n')}\n${commandLines(view, style)}${stacks}${kernel}\n${outputTitle(view)}\n`;
}

function rowsOf(view: RunView): [label: string, text: string | null][] {
  const ending = endingText(view.ending, view.limitMs);
  return [
    ['revision', revisionLines(view.revision)],
    ['verdict', view.title === null ? view.verdict : `${view.verdict}: ${view.title}`],
    ['ending', view.wallUs === null ? ending : `${ending} after ${durationText(view.wallUs)}`],
    ['errno', view.errnos.length === 0 ? null : view.errnos.join('\n')],
    ['signature', view.signature],
    ['condition', view.condition],
    ['seed', view.seed],
    ['schedule', view.schedule],
    ['core', view.core === null ? null : `${view.core}${whose(view)}`],
    ['known', view.known === null ? null : knownText(view.known)],
  ];
}

/** One line each, however long, to be pasted. */
function commandLines({ again, elsewhere }: RunView, style: Style): string {
  return Object.entries({ again, elsewhere })
    .map(([label, command]) => `${label.padEnd(labelWidth)}${style.command(safe(command, style.unicode))}\n`)
    .join('');
}

function revisionLines(revision: RevisionFacts): string | null {
  const text = revisionText(revision);
  return text === null || revision.subject === null ? text : `${text}\n${revision.subject}`;
}

/** Evidence is kept of a class's first run only. */
function whose({ run, classRun }: RunView): string {
  return run === classRun ? '' : ` (of run ${classRun}, which ended alike)`;
}

function evidence(what: string, text: string | null, view: RunView, style: Style): string {
  if (text === null) return '';
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => safe(line, style.unicode));
  return `\n${[`${what}${whose(view)}:`, ...lines].join('\n')}\n`;
}

/** What the bytes below are, and honestly whose. */
function outputTitle({ run, classRun, exact, output }: RunView): string {
  if (output.missing !== null) return `output: ${output.missing}`;
  if (output.total === 0) return run === classRun || exact ? 'output: none' : `output: run ${classRun} had none`;
  const whole =
    output.cutAt === null ? `${output.total} bytes` : `${output.kept} of ${output.total} bytes, cut in the middle`;
  if (run === classRun) return `output (${whole}):`;
  if (exact) return `output (${whole}; that of run ${classRun}, to which this run's was equal):`;
  return `output (${whole}; that of run ${classRun}: this run's ended alike, differed in digits at least, and was not kept):`;
}

function knownText(known: KnownIssue): string {
  const fixes = known.fixes.map((fix) => `${fix.commit} ${fix.what}`);
  return [known.title, known.explanation, ...known.links, ...fixes].join('\n');
}

function labelled(label: string, text: string, width: number, style: Style): string[] {
  const lines = text.split('\n').flatMap((line) => wrap(safe(line, style.unicode), width));
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(labelWidth)}${line}`.trimEnd());
}
