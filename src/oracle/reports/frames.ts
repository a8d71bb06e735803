import { shapeOf } from '../shape.ts';

/**
 * Function names of the first `count` frames that tell anything, from the stack trace that begins at or after line `from`.
 * Frames are `#0 0x4f in name file` (sanitizers) and `==1== at 0x4f: name (file)` (valgrind); numbers of frames and
 * addresses are not looked at.
 */
export function topFrames(lines: string[], from: number, count: number): string[] {
  const names: string[] = [];
  let inTrace = false;
  for (let index = from; index < Math.min(lines.length, from + 60) && names.length < count; index += 1) {
    const name = frameName(lines[index] ?? '');
    if (name === null) {
      if (inTrace) {
        break;
      }
    } else {
      inTrace = true;
      if (!uninteresting.test(name)) {
        names.push(shapeOf(name));
      }
    }
  }
  return names;
}

const sanitizerFrame = /^\s{1,16}#[0-9]+ (?:0x[0-9a-f]+ in )?([^\s(]{1,200})/;
const valgrindFrame = /^==[0-9]+==\s{2,8}(?:at|by) 0x[0-9A-Fa-f]+: ([^\s(]{1,200})/;

function frameName(line: string): string | null {
  return (sanitizerFrame.exec(line) ?? valgrindFrame.exec(line))?.[1] ?? null;
}

// Allocators, checkers and start-up code stand in every trace.
const uninteresting =
  /^(?:__(?:asan|tsan|msan|lsan|ubsan|hwasan|sanitizer|interceptor)|_{2,3}interceptor_|<null>|\?\?\?|(?:__)?(?:malloc|calloc|realloc|free|posix_memalign|aligned_alloc|memcpy|memmove|memset|memcmp|strlen|strcpy|strdup|strcmp|strndup)(?:@|$)|operator$|_start|__libc_start|start_thread|clone#?|clone3?$|std::|0x)/;
