import { shapeOf } from '../shape.ts';

/**
 * Where threads were when the time limit struck, one text a place, sorted, each once: `pthread_mutex_lock < take < main`
 * where gdb gave backtraces, else the kernel function they waited in. Numbers and names of threads do not matter, nor how
 * many stood in one place. `stacks` is the supervisor's text (src/native/stacks.c).
 */
export function threadPlaces(stacks: string): string[] {
  const lines = stacks.slice(0, 256 * 1024).split('\n');
  const user = userPlaces(lines);
  return [...new Set(user.length > 0 ? user : kernelPlaces(lines))].sort();
}

const gdbThread = /^Thread [0-9]+ \(/;
const gdbFrame = /^#[0-9]+ {1,4}(?:0x[0-9a-f]+ in )?([A-Za-z_][\w:.@]{0,120})/;
const mostFrames = 4;

function userPlaces(lines: string[]): string[] {
  const threads: string[][] = [];
  for (const line of lines) {
    if (gdbThread.test(line)) {
      threads.push([]);
    }
    const name = gdbFrame.exec(line)?.[1];
    if (name !== undefined && !plumbing.test(name)) {
      threads.at(-1)?.push(plainName(name));
    }
  }
  return threads.flatMap((names) => {
    const distinct = names.filter((name, index) => name !== names[index - 1]).slice(0, mostFrames);
    return distinct.length === 0 ? [] : [shapeOf(distinct.join(' < '))];
  });
}

// How libc waits and starts threads; differs between its versions and says nothing.
const plumbing =
  /^(?:_{0,4}(?:GI_)?_{0,4}(?:lll_|futex|internal_syscall|syscall_cancel|libc_start|libc_message)|syscall$|_start$|start_thread|_{0,2}clone3?(?:$|@)|thread_start$)/;

/** `__GI___libc_read` is read. */
function plainName(name: string): string {
  return name.replace(/@.*/, '').replace(/^_{2,4}(?:GI_)?_{0,4}(?:libc_)?(?=\w)/, '');
}

const procThread = /^ {2}thread [0-9]+ .{0,64} state \S(?: wchan ([A-Za-z_][\w.]{0,120}))?/;
const kernelFrame = /^\s{1,8}\[<[0-9a-fx]{1,18}>\] ([A-Za-z_][\w.]{0,120})\+0x/;

function kernelPlaces(lines: string[]): string[] {
  const places: string[] = [];
  // A thread without a wait channel is named by the first function of its stack, which only root sees.
  let nameless = false;
  for (const line of lines) {
    const thread = procThread.exec(line);
    if (thread !== null) {
      nameless = thread[1] === undefined;
      places.push(...(thread[1] === undefined ? [] : [thread[1]]));
    }
    const frame = nameless ? kernelFrame.exec(line)?.[1] : undefined;
    if (frame !== undefined && !/^(?:__)?schedule/.test(frame)) {
      places.push(frame);
      nameless = false;
    }
  }
  return places.map((place) => place.replace(/\.(?:isra|constprop|part|cold)\b.*/, ''));
}
