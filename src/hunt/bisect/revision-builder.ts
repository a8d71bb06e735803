import { BuildError } from '../../errors.ts';
import type { Suite } from '../../model/suite.ts';
import { buildTest } from '../../source/build-test.ts';
import { builtAlready } from '../../source/built-already.ts';
import { builtIdentity } from '../../source/built-identity.ts';
import type { SourceContext } from '../../source/context.ts';
import { type CommitRange, type RangeCommit, rangeRevision } from '../../source/history-range.ts';
import type { Tree } from '../../source/tree.ts';
import { builtTarget, type Target } from '../target.ts';
import type { HuntPlace } from './revision-hunt.ts';

/** What is bisected, with its history. */
export interface BisectSubject {
  tree: Tree;
  range: CommitRange;
  suite: Suite;
  test: string;
  args: string[];
  /** Files that each commit changed. */
  touched: readonly (readonly string[])[];
}

/** A revision ready to be run, or why it is not. */
export type BuiltRevision =
  | {
      kind: 'built';
      target: Target;
      identity: string;
      cached: boolean;
      seconds: number;
      /** Where it is run, if not where all others are. */
      place?: Pick<HuntPlace, 'chosen' | 'machine'>;
    }
  | { kind: 'failed'; reason: string; log: string | null };

/** To look for a build takes some 10 ms: more would cost what a small build does. */
const mostLookedUp = 32;
/** Makes the nodes of a range ready to be run. */
export interface NodeBuilder {
  /** No build begins any more, and none goes on. */
  readonly isStopped: boolean;
  /** @throws EnvironmentError for what would stop every build; the reason it was stopped for */
  build(node: number): Promise<BuiltRevision>;
  /** Begins to build a node that may be wanted soon, quietly. */
  buildAhead(node: number): void;
  /** The first of these nodes that is built already; null: none is known to be. */
  storedAmong(nodes: readonly number[]): Promise<number | null>;
}

/** Builds made ahead of need leave the machine to the runs. */
const ahead = { nice: 19, jobs: 1 };

/** Builds revisions of a range, each once; the next ones while runs go on. */
export class RevisionBuilder implements NodeBuilder {
  readonly #subject: BisectSubject;
  readonly #source: SourceContext;
  readonly #builds = new Map<number, Promise<BuiltRevision>>();

  constructor(subject: BisectSubject, source: SourceContext) {
    this.#subject = subject;
    this.#source = source;
  }

  /** The source's signal: aborted, no build begins and none goes on. */
  get isStopped(): boolean {
    return this.#source.signal.aborted;
  }

  /** @throws EnvironmentError for what would stop every build; the signal's reason */
  async build(node: number): Promise<BuiltRevision> {
    const known = this.#builds.get(node) ?? this.#make(node, this.#source, {});
    this.#builds.set(node, known);
    return await known;
  }

  /** The first of these nodes whose test is in the build store; null: none, or it was stopped. */
  async storedAmong(nodes: readonly number[]): Promise<number | null> {
    const { tree, suite, test } = this.#subject;
    const looked = nodes.slice(0, mostLookedUp);
    const revisions = looked.map((node) => rangeRevision(tree, this.#commit(node)));
    try {
      const found = await builtAlready({ tree, revisions, suite, test }, this.#source);
      return looked.find((_, at) => typeof found[at] === 'number') ?? null;
    } catch (error) {
      if (this.isStopped) return null;
      throw error;
    }
  }

  /** Begins to build a node that may be wanted soon, quietly. */
  buildAhead(node: number): void {
    if (this.#builds.has(node)) return;
    const quiet = { ...this.#source, progress: () => undefined, note: () => undefined };
    const made = this.#make(node, quiet, ahead);
    // Whoever asks for it is told what went wrong.
    made.catch(() => this.#builds.delete(node));
    this.#builds.set(node, made);
  }

  async #make(node: number, source: SourceContext, how: { nice?: number; jobs?: number }): Promise<BuiltRevision> {
    const { tree, suite, test, args } = this.#subject;
    const revision = rangeRevision(tree, this.#commit(node));
    try {
      const built = await buildTest({ tree, revision, suite, test, ...how }, source);
      const target = await builtTarget(built, { suite, test, args, revision: revision.facts }, source);
      const { cached, seconds } = built.facts;
      return { kind: 'built', target, identity: await builtIdentity(built, suite), cached, seconds };
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      return { kind: 'failed', reason: firstReason(error.message), log: error.logPath };
    }
  }

  #commit(node: number): RangeCommit {
    const commit = this.#subject.range.commits[node];
    if (commit === undefined) throw new Error(`no node ${node} in the range`);
    return commit;
  }
}

/** The compiler's or make's complaint, in one line. */
function firstReason(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const complaint = lines.find((line) => /\berror\b|\bfatal\b|undefined reference|\*\*\*|No rule/i.test(line));
  // Without one, the first line says how the build ended; that it did not build is said already.
  return complaint ?? lines[0]?.replace(/^\S+ does not build: /, '') ?? 'no reason given';
}
