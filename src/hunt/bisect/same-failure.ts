import type { BisectTarget } from '../../model/bisect.ts';
import type { FailingVerdict, Judgement, Signature } from '../../model/verdict.ts';

/**
 * Which failures count as the one that is looked for. like: the target's own signature, or one of the same kind that
 * begins with the same line, for what a test prints further down changes over the years. text: the title holds it. any:
 * whatever fails by the same verdict.
 */
export type SameFailure = { by: 'like' } | { by: 'text'; text: string } | { by: 'any' };

/** @param rule see SameFailure */
export function isTarget(judgement: Judgement, { verdict, signature }: BisectTarget, rule: SameFailure): boolean {
  if (judgement.verdict !== verdict) return false;
  if (rule.by === 'any') return true;
  if (judgement.signature === null) return false;
  if (rule.by === 'text') return holds(judgement.signature, rule.text);
  return judgement.signature.id === signature.id || isLike(judgement.signature, signature);
}

/** Whether `--signature TEXT` means it: by its id, or by a part of its title, in either case of letters. */
export function holds({ id, title }: Signature, text: string): boolean {
  return id === text || title.toLowerCase().includes(text.toLowerCase());
}

/** A hang has no line of its own; where its threads stand depends on the revision. */
function isLike(one: Signature, target: Signature): boolean {
  if (one.kind !== target.kind) return false;
  return one.kind === 'hang' || (one.lines[0] !== undefined && one.lines[0] === target.lines[0]);
}

/** A run that ends like this may have ended before the target could show: it says nothing of it. */
export function mayHide(verdict: FailingVerdict, target: BisectTarget): boolean {
  return verdict !== 'masked' || target.verdict === 'masked';
}
