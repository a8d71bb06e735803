import { createHash } from 'node:crypto';
import type { Signature, SignatureKind } from '../model/verdict.ts';
import { distinctErrnos } from './errno-context.ts';

/** More distinct lines than this do not make an identity any surer. */
const mostLines = 32;

/**
 * The identity of a failure: kind and normalised lines, each once and sorted, so that neither repetition nor the order in
 * which threads print changes it. `sources` are the lines as printed, from which errnos are decoded.
 */
export function makeSignature(kind: SignatureKind, title: string, normalised: string[], sources: string[]): Signature {
  const lines = [...new Set(normalised.filter((line) => line !== ''))].sort().slice(0, mostLines);
  const id = createHash('sha256')
    .update(JSON.stringify([kind, lines]))
    .digest('hex')
    .slice(0, 12);
  return { id, kind, title, errnos: distinctErrnos(sources), lines };
}
