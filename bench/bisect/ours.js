import { Bisector } from '../../dist/search/bisect/bisector.js';

/** The search of `flakehunt bisect`: nothing known but what the calibration shows, or the hunt before. */
export function ours(session, { history, warm, costs, confidence, mostRuns }) {
  const { fails, failingEnd, weights } = history;
  const nodes = weights.map((_, node) => node);
  const range = { parents: nodes.map((node) => (node === 0 ? [] : [node - 1])), builds: nodes, weights };
  const bisector = new Bisector(range, { fails, confidence });
  const seen = warm > 0 ? session.recall(failingEnd, warm) : session.calibrate(failingEnd, calibrated);
  bisector.record(failingEnd, seen);
  const buildSeconds = (node) => (session.isBuilt(node) ? 0 : costs.build);
  while (session.runs < mostRuns) {
    const spentSeconds = session.builds * costs.build + session.runs * costs.run;
    session.decisions++;
    const step = bisector.next({ buildSeconds, runSeconds: costs.run, spentSeconds });
    if (step.kind === 'stop') return step.reason === 'found' ? step.node : step.reason;
    bisector.record(step.node, session.run(step.node, step.runs));
  }
  return 'undecided';
}

const calibrated = 3;
