// `npm run bench:bisect [-- --histories H] [-- --only N,p]... [-- --case NAME]... [-- --method NAME]... [-- --seed TEXT]
// [-- --confidence C] [-- --slow] [-- --json FILE]`: the search of `flakehunt bisect` on simulated histories, beside what
// else is in use and beside the information bound. Nothing is built or run: a build costs b seconds, a run t. Equal seeds
// give equal figures, whichever cells and methods are chosen.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { informationBound } from './bisect/bound.js';
import { allCells, costModels } from './bisect/cells.js';
import { fixedRepeats } from './bisect/fixed-repeats.js';
import { gitBayesect } from './bisect/git-bayesect.js';
import { makeHistory, Session } from './bisect/history.js';
import { naive } from './bisect/naive.js';
import { ours } from './bisect/ours.js';
import { sprtCalibrated } from './bisect/sprt-calibrated.js';
import { sprtKnown } from './bisect/sprt-known.js';
import { boundLine, decisionLine, figuresOf, headLines, methodLine } from './bisect/table.js';

const peers = {
  naive: { title: 'naive git bisect run', search: naive },
  fixed: { title: 'fixed repeats, p known', search: fixedRepeats },
  sprt: { title: 'SPRT a step, p known', search: sprtKnown },
  'sprt-calibrated': { title: 'SPRT a step, p calibrated', search: sprtCalibrated },
  git_bayesect: { title: 'git_bayesect', search: gitBayesect, count: bayesectHistories },
};
const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '100' },
    only: { type: 'string', multiple: true },
    case: { type: 'string', multiple: true },
    method: { type: 'string', multiple: true },
    seed: { type: 'string', default: 'flakehunt' },
    confidence: { type: 'string', default: '0.95' },
    slow: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const histories = Number(values.histories);
const confidence = Number(values.confidence);
const rows = [];

print(`${histories} histories a row, stated confidence ${confidence}, seed ${values.seed}`);
for (const cell of allCells().filter(isWanted)) simulate(cell);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

/** One table a cost model. What the peers do does not depend on the costs, so they search each history once. */
function simulate(cell) {
  const bound = informationBound(cell, confidence);
  const wantedPeers = Object.entries(peers).filter(([name]) => cell.peers && isChosen(name));
  const searched = wantedPeers.map(([name, peer]) => [peer.title, search(cell, name, peer, null, bound)]);
  for (const costs of costModels) {
    const seconds = bound.builds * costs.build + bound.runs * costs.run;
    print(`\n${describe(cell)}; a build ${costs.build} s, a run ${costs.run} s\n`);
    for (const text of headLines()) print(text);
    if (cell.change) print(boundLine({ ...bound, seconds }));
    const outcomes = [...searched];
    const decided = [];
    if (isChosen('flakehunt')) outcomes.push(['flakehunt', search(cell, 'flakehunt', { search: ours }, costs, bound)]);
    for (const [title, those] of outcomes) {
      const row = figuresOf(title, those, costs, cell.change ? { seconds } : null, confidence);
      print(methodLine(row));
      if (row.histories === 0) continue;
      if (row.decisions > 0) decided.push(row);
      const { name, size, p, q } = cell;
      rows.push({ case: name, size, p, q, build: costs.build, run: costs.run, bound: { ...bound, seconds }, ...row });
    }
    for (const row of decided) print(decisionLine(row));
  }
}

/** Runs, builds and verdict of one method for each history of a cell. */
function search(cell, name, { search: method, count = () => histories }, costs, bound) {
  const mostRuns = 1000 + (30 * bound.runs) / cell.step;
  return Array.from({ length: count(cell) }, (_, i) => {
    const key = `${values.seed} ${cell.name} ${cell.size} ${cell.p} ${i}`;
    const history = makeHistory(cell, key);
    const session = new Session(history, `${key} ${name}`);
    const before = process.cpuUsage();
    const answer = method(session, { ...cell, history, costs, confidence, mostRuns });
    const { user, system } = process.cpuUsage(before);
    return {
      runs: session.runs,
      builds: session.builds,
      decisions: session.decisions,
      cpuMs: (user + system) / 1000,
      isRight: answer === (history.change ?? 'no-change'),
      isUndecided: answer === 'undecided',
    };
  });
}

/**
 * How many histories git_bayesect searches: it decides before each run, about sqrt(size)/p times, each time through as
 * many stretches. 0: half an hour for that cell alone. `--slow` has it search them all.
 */
function bayesectHistories({ size, p }) {
  const ease = (300 * p) / Math.sqrt(size);
  if (values.slow) return histories;
  return ease < 0.01 ? 0 : Math.round(histories * Math.min(1, Math.max(0.1, ease)));
}

function isWanted(cell) {
  const isAmong = values.only?.some((pair) => pair === `${cell.size},${cell.p}`) ?? true;
  return isAmong && (values.case?.includes(cell.name) ?? true);
}

function isChosen(method) {
  return values.method?.includes(method) ?? true;
}

function describe({ size, p, what }) {
  return `N = ${size}, p = ${p}${what === null ? '' : `, ${what}`}`;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
