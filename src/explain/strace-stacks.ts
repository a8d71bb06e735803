/**
 * The stack that `strace -f -k` wrote for an event, as the frames of a point record (`PATH+0xOFFSET`, a line each, innermost
 * first). The event's call is known by its name and by where it returns to: the last three hex digits of that address are
 * the same in the file as in memory. Of several such calls the first one counts, made by the first thread if the event is
 * of that, and by another if it is not. Null: there is none with a stack.
 * @param event key of it, PEDIGREE/EPOCH:CALL:SITE:K
 */
export function straceStack(text: string, event: string): string | null {
  const [strand = '', call = '', site = ''] = event.split(':');
  const lines = text.split('\n');
  const main = threadOf(lines[0] ?? '');
  const isFirst = strand.split('/')[0] === '0';
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith(`${threadOf(line)} `) || (threadOf(line) === main) !== isFirst) continue;
    if (callOf(line) !== call) continue;
    const frames = framesBelow(lines, index + 1);
    const [innermost] = frames;
    if (innermost?.offset.endsWith(site)) {
      return frames.map(({ module, offset }) => `${module}+0x${offset}`).join('\n');
    }
  }
  return null;
}

function threadOf(line: string): string {
  return /^\d+/.exec(line)?.[0] ?? '';
}

/** `123 read(0, ...` and `123 <... read resumed>`, of which only the second has a stack. */
function callOf(line: string): string | null {
  const [, begun, resumed] = /^\d+ +(?:(\w+)\(|<\.\.\. (\w+) resumed>)/.exec(line) ?? [];
  return begun ?? resumed ?? null;
}

/** ` > /usr/lib/libc.so.6(__write+0x4f) [0xf838f]` */
function framesBelow(lines: readonly string[], from: number): { module: string; offset: string }[] {
  const frames: { module: string; offset: string }[] = [];
  for (const line of lines.slice(from)) {
    const [, module, offset] = /^ > (\/.*?)(?:\([^()]*\))? \[0x([0-9a-f]+)\]$/.exec(line) ?? [];
    if (module === undefined || offset === undefined) break;
    frames.push({ module, offset });
  }
  return frames;
}
