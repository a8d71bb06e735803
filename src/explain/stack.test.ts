import { describe, expect, it } from 'vitest';
import type { SourceFrame } from '../model/explain.ts';
import { liveFrames, namedFrame, stackWords } from './stack.ts';

const frame = (name: string, file: string | null = `/src/${name}.c`, offset = name): SourceFrame => ({
  ...{ function: name, file, line: 1, module: '/a.out', offset, inlined: false },
});

it('reads the words of a point', () => {
  expect(stackWords('/lib/libc.so.6+0xee017\n/a b+0x1311 0x1070\n\n')).toEqual([
    { module: '/lib/libc.so.6', offset: 0xee017n, target: null },
    { module: '/a b', offset: 0x1311n, target: 0x1070n },
  ]);
});

describe('the frames of a stack', () => {
  it('are those whose calls call the frame within', () => {
    const words = [
      { frames: [frame('enter')], called: null },
      { frames: [frame('submit')], called: 'enter' },
      { frames: [frame('leftover')], called: 'memcpy' },
      { frames: [frame('main')], called: 'submit' },
    ];
    expect(liveFrames(words).map((one) => one.function)).toEqual(['enter', 'submit', 'main']);
  });

  it('are not led astray by a leftover of which nothing is known', () => {
    const words = [
      { frames: [frame('enter')], called: null },
      { frames: [frame('submit')], called: null },
      { frames: [frame('leftover')], called: null },
      { frames: [frame('send')], called: 'submit' },
      { frames: [frame('main')], called: 'send' },
      { frames: [frame('libc')], called: null },
    ];
    expect(liveFrames(words).map((one) => one.function)).toEqual(['enter', 'submit', 'send', 'main', 'libc']);
  });

  it('are told once', () => {
    const words = [
      { frames: [frame('main')], called: null },
      { frames: [frame('main')], called: null },
    ];
    expect(liveFrames(words)).toHaveLength(1);
  });
});

describe('the frame that is named', () => {
  it("is the innermost in the test's own file", () => {
    const frames = [
      frame('syscall', '/usr/src/glibc/x.c'),
      frame('ring', '/t/src/ring.c'),
      frame('f', '/t/msg-ring.c'),
    ];
    expect(namedFrame(frames, 'msg-ring')?.function).toBe('f');
    expect(namedFrame(frames, 'other')?.function).toBe('ring');
  });

  it('is none where nothing has a source', () => {
    expect(namedFrame([frame('main', null)], 'main')).toBeNull();
  });
});
