import { rateInterval } from '../../dist/stats/interval.js';

const columns = [
  'method',
  'runs',
  'builds',
  'seconds',
  'x bound',
  'right',
  '95 % interval',
  'against stated',
  'undecided',
];
const widths = [26, 8, 7, 9, 8, 6, 15, 15, 9];

export function headLines() {
  return [line(columns), line(widths.map((width) => '-'.repeat(width)))];
}

export function boundLine({ runs, builds, seconds }) {
  return line(['information bound', amount(runs), builds.toFixed(1), amount(seconds), '1.00', '', '', '', '']);
}

/** Of one method's figures (see figuresOf); dashes for one that would take too long. */
export function methodLine(row) {
  if (row.histories === 0) return line([row.method, '-', '-', '-', '-', '-', '-', 'left out: slow', '0 of 0']);
  return line([
    row.method,
    amount(row.runs),
    row.builds.toFixed(1),
    amount(row.seconds),
    row.overBound === null ? '-' : row.overBound.toFixed(2),
    row.accuracy.toFixed(3),
    `${row.low.toFixed(3)} to ${row.high.toFixed(3)}`,
    row.against,
    `${row.undecided} of ${row.histories}`,
  ]);
}

/** How often a search had to decide what to run, and how long that took; the time is the machine's, not the simulation's. */
export function decisionLine({ method, decisions, cpuMs }) {
  return `${method}: ${decisions.toFixed(1)} decisions a search, ${(cpuMs / decisions).toFixed(2)} ms of CPU each`;
}

/** Means over the histories of one method, and how often it was right: undecided is not. */
export function figuresOf(method, outcomes, costs, bound, confidence) {
  const mean = (value) => outcomes.reduce((sum, one) => sum + value(one), 0) / outcomes.length;
  const seconds = mean((one) => one.builds * costs.build + one.runs * costs.run);
  const right = outcomes.filter((one) => one.isRight).length;
  const { low, high } = rateInterval(right, outcomes.length);
  return {
    method,
    runs: mean((one) => one.runs),
    builds: mean((one) => one.builds),
    seconds,
    decisions: mean((one) => one.decisions),
    cpuMs: mean((one) => one.cpuMs),
    overBound: bound === null ? null : seconds / bound.seconds,
    accuracy: right / outcomes.length,
    low,
    high,
    against: againstStated(low, high, confidence),
    undecided: outcomes.filter((one) => one.isUndecided).length,
    histories: outcomes.length,
  };
}

/** below, above: the interval leaves the stated confidence out. */
function againstStated(low, high, confidence) {
  if (high < confidence) return 'below';
  return low > confidence ? 'above' : 'as stated';
}

function line(cells) {
  return `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
}

function amount(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
