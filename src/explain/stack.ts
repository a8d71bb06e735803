import type { SourceFrame } from '../model/explain.ts';

/** A word of a stack that points behind a call. */
export interface StackWord {
  module: string;
  offset: bigint;
  /** What a direct call there calls, in the same file; null: not known. */
  target: bigint | null;
}

/** The frames of a point record: `PATH+0xOFFSET [0xTARGET]`, a line each. */
export function stackWords(frames: string): StackWord[] {
  return frames.split('\n').flatMap((line) => {
    const [, module = '', offset, target] = /^(.+)\+0x([0-9a-f]+)(?: 0x([0-9a-f]+))?$/.exec(line) ?? [];
    if (offset === undefined) return [];
    return [{ module, offset: BigInt(`0x${offset}`), target: target === undefined ? null : BigInt(`0x${target}`) }];
  });
}

/** A word with what is known of it: its frames, inlined ones first, and the function that is called there. */
export interface LocatedWord {
  frames: readonly SourceFrame[];
  called: string | null;
}

/** A caller is at most so many words away from what it called. */
const lookAhead = 8;

/**
 * The frames of a stack without what was left over from calls that have returned. Who directly calls the function of a frame
 * is its caller, and what lies between is left over. Where nobody near does, it was called indirectly or through a linker's
 * stub: then it is the next word of which the call is not known.
 */
export function liveFrames(words: readonly LocatedWord[]): SourceFrame[] {
  const live: SourceFrame[] = [];
  let at = 0;
  while (at < words.length) {
    const { frames = [] } = words[at] ?? {};
    live.push(...frames);
    at = callerOf(frames.at(-1) ?? null, words, at);
  }
  return live;
}

function callerOf(inner: SourceFrame | null, words: readonly LocatedWord[], at: number): number {
  const rest = words.slice(at + 1);
  const name = inner?.function ?? null;
  const direct = name === null ? -1 : rest.slice(0, lookAhead).findIndex(({ called }) => called === name);
  if (direct !== -1) return at + 1 + direct;
  const unknown = rest.findIndex(({ called, frames }) => {
    const outer = frames.at(-1);
    return called === null && !(outer?.module === inner?.module && outer?.offset === inner?.offset);
  });
  return unknown === -1 ? words.length : at + 1 + unknown;
}

/**
 * The frame that tells a reader most: the innermost one in the test's own file, else the innermost one whose source is known
 * and none of the system's.
 */
export function namedFrame(frames: readonly SourceFrame[], test: string): SourceFrame | null {
  const stem = (file: string) =>
    file
      .split('/')
      .at(-1)
      ?.replace(/\.\w+$/, '');
  const own = frames.filter(({ file }) => file !== null && !/^\/(?:usr|build)\//.test(file) && file.startsWith('/'));
  return own.find(({ file }) => file !== null && stem(file) === test) ?? own[0] ?? null;
}
