import type { Screen } from '../model/settings.ts';
import type { KnownIssue, Verdict } from '../model/verdict.ts';
import { wrap } from './wrap.ts';

/** One run as `flakehunt show HUNT:RUN` tells it. Texts are fit for a terminal. */
export interface RunView {
  hunt: string;
  run: number;
  test: string;
  /** `1cbd4cff (test: something)`, or null for a bare command. */
  revision: string | null;
  verdict: Verdict;
  /** The signature's title, or why the run was skipped or invalid; null where the verdict says it all. */
  title: string | null;
  signature: string | null;
  /** `exit 1`, `SIGSEGV (core dumped)`. */
  ending: string;
  /** Milliseconds; null when the log does not tell. */
  wallMs: number | null;
  /** `plain, 2 workers`. */
  condition: string | null;
  seed: string;
  /** `-17 EEXIST: File exists`. */
  errnos: string[];
  known: KnownIssue | null;
  /** Path of the core dump. */
  core: string | null;
  stacks: string | null;
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
export function renderRun(view: RunView, screen: Pick<Screen, 'columns'>): string {
  const width = Math.max(40, Math.min(screen.columns, widest)) - labelWidth;
  const at = view.revision === null ? '' : ` at ${view.revision}`;
  const ending = view.wallMs === null ? view.ending : `${view.ending} after ${duration(view.wallMs)}`;
  const others = view.run === view.classRun ? '' : ` (of run ${view.classRun}, which ended alike)`;
  const rows: [string, string | null][] = [
    ['verdict', view.title === null ? view.verdict : `${view.verdict}: ${view.title}`],
    ['ending', ending],
    ['errno', view.errnos.length === 0 ? null : view.errnos.join('\n')],
    ['signature', view.signature],
    ['condition', view.condition],
    ['seed', view.seed],
    ['core', view.core === null ? null : `${view.core}${others}`],
    ['known', view.known === null ? null : knownText(view.known)],
  ];
  const lines = rows.flatMap(([label, text]) => (text === null ? [] : labelled(label, text, width)));
  const stacks =
    view.stacks === null ? '' : `\nthreads when the time limit struck${others}:\n${view.stacks.trimEnd()}\n`;
  return `run ${view.run} of ${view.hunt}: ${view.test}${at}\n${lines.join('\n')}\n${stacks}\n${outputTitle(view)}\n`;
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

function labelled(label: string, text: string, width: number): string[] {
  return wrap(text, width).map((line, i) => `${(i === 0 ? label : '').padEnd(labelWidth)}${line}`.trimEnd());
}

function duration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} us`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}
