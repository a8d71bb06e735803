/** The oracle's judgement of one outcome. `invalid`: nothing was learned, never a pass and never a fail. */
export type Verdict = 'pass' | 'fail' | 'masked' | 'skip' | 'hang' | 'invalid';

/** Verdicts that say "something is wrong" and carry a signature. */
export type FailingVerdict = 'fail' | 'masked' | 'hang';

/** What to do with runs whose exit code says success and whose output says failure. */
export type MaskedPolicy = 'report' | 'fail' | 'ignore';

export type SignatureKind = 'exit' | 'signal' | 'hang' | 'masked' | 'sanitizer' | 'abort' | 'kernel';

/** A decoded errno found in a line of output, e.g. value -17, name EEXIST, text "File exists". */
export interface ErrnoMention {
  value: number;
  name: string;
  text: string;
}

/** The stable identity of a failure: same bug, same id. */
export interface Signature {
  /** 12 hex digits of SHA-256 over kind and normalised lines. */
  id: string;
  kind: SignatureKind;
  /** One line for a person: `wait cqe -17 (EEXIST) > test_disabled_ring failed`. */
  title: string;
  errnos: ErrnoMention[];
  /** The normalised lines the identity was made from. */
  lines: string[];
}

/** An entry of the curated list of known issues that matched a failure. */
export interface KnownIssue {
  id: string;
  title: string;
  explanation: string;
  links: string[];
  /** Commits that fix or reduce it, with a word on what each does. */
  fixes: { commit: string; what: string }[];
}

export interface Judgement {
  verdict: Verdict;
  /** Present for fail, masked and hang. */
  signature: Signature | null;
  known: KnownIssue | null;
  /** Why, where the verdict alone does not say it: `io_uring refused: kernel.io_uring_disabled=2`. */
  reason: string | null;
}
