import { ExpectedError } from '../../errors.ts';
import type { Target } from '../target.ts';
import type { BuiltRevision, NodeBuilder } from './revision-builder.ts';
import type { HuntPlace } from './revision-hunt.ts';

export type KernelPlace = Pick<HuntPlace, 'chosen' | 'machine'>;

/** Where the nodes are kernels: each is fetched and booted once; the test is the same for all. */
export class KernelBuilder implements NodeBuilder {
  readonly #specs: readonly string[];
  readonly #target: Target;
  readonly #boot: (spec: string) => Promise<KernelPlace>;
  readonly #signal: AbortSignal;
  readonly #made = new Map<number, Promise<BuiltRevision>>();

  /**
   * @param specs of the nodes, as findKernel takes them
   * @param boot fetches a kernel and boots it once; an ExpectedError of it is that kernel's own fault
   */
  constructor(
    specs: readonly string[],
    target: Target,
    boot: (spec: string) => Promise<KernelPlace>,
    signal: AbortSignal,
  ) {
    this.#specs = specs;
    this.#target = target;
    this.#boot = boot;
    this.#signal = signal;
  }

  get isStopped(): boolean {
    return this.#signal.aborted;
  }

  async build(node: number): Promise<BuiltRevision> {
    this.#signal.throwIfAborted();
    const made = this.#made.get(node) ?? this.#make(node);
    this.#made.set(node, made);
    return await made;
  }

  buildAhead(node: number): void {
    // Whoever asks for it is told what went wrong.
    this.build(node).catch(() => this.#made.delete(node));
  }

  /** A kernel is its own build; there is no choice. */
  storedAmong(): Promise<null> {
    return Promise.resolve(null);
  }

  async #make(node: number): Promise<BuiltRevision> {
    const spec = this.#specs[node];
    if (spec === undefined) throw new Error(`no node ${node} in the range`);
    const began = performance.now();
    try {
      const place = await this.#boot(spec);
      this.#signal.throwIfAborted();
      const seconds = (performance.now() - began) / 1000;
      const identity = place.chosen.guest?.facts.kernel.sha256 ?? spec;
      return { kind: 'built', target: this.#target, identity, cached: false, seconds, place };
    } catch (error) {
      if (!(error instanceof ExpectedError) || this.isStopped) throw error;
      return { kind: 'failed', reason: error.message.split('\n')[0] ?? 'no reason given', log: null };
    }
  }
}
