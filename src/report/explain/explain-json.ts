import type { ExitCode } from '../../errors.ts';
import { rateInterval } from '../../stats/interval.ts';
import type { ExplainView } from './explain-view.ts';
import { explainSentence } from './sentence.ts';
import { syncAdvice } from './sync-advice.ts';

/** Version of the document below. See docs/json.md. */
const jsonVersion = 1;

/** The document of `explain --json`, ready to print. */
export function explainJson(view: ExplainView, exitCode: ExitCode): string {
  const { subject, explanation, located } = view;
  const { finding, target, collected, ranked, proofs } = explanation;
  const document = {
    v: jsonVersion,
    kind: 'explain',
    hunt: view.hunt,
    guest: view.guest,
    suite: subject.suite,
    test: subject.test,
    argv: subject.argv,
    revision: subject.revision,
    build: subject.build,
    exitCode,
    elapsedMs: Math.round(explanation.elapsedMs),
    runs: explanation.runs,
    failure: target === null ? null : { verdict: target.verdict, signature: target.signature },
    collected: { ...collected, runMs: Number(collected.runMs.toFixed(3)) },
    cause:
      finding === null || located === null
        ? null
        : {
            sentence: explainSentence(subject.test, finding, located),
            kind: finding.kind,
            first: located.first,
            second: located.second,
            forced: { ...finding.provoked, rate: rateInterval(finding.provoked.failures, finding.provoked.runs) },
            reversed: { ...finding.prevented, rate: rateInterval(finding.prevented.failures, finding.prevented.runs) },
            condition: finding.condition,
            opposite: finding.opposite,
            window: finding.window,
            missing: { kind: located.missing, advice: syncAdvice(located.missing) },
            notes: located.notes,
            reproducer: located.reproducer,
          },
    natural: explanation.natural,
    suspects: proofs.map(({ suspect, provoked, prevented, verdict, outdone }) => ({
      kind: suspect.kind,
      order: suspect.kind === 'order' ? suspect.provoke : { first: suspect.first, second: suspect.second },
      score: suspect.score,
      ...{ verdict, outdone, forced: provoked, reversed: prevented },
    })),
    ranked: ranked.slice(0, 20).map(({ score, provoke, prevent, orders, gapUs }) => ({
      ...{ score, provoke, prevent, gapUs },
      tied: orders.length,
    })),
    consequences: explanation.consequences,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
