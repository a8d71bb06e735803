import { shapeOf } from '../shape.ts';

/**
 * Where threads were when the time limit struck, one text a place, sorted, each once: `io_uring_wait_cqe < test_remote`
 * from backtraces, else the kernel function they waited in. Threads' numbers and names do not matter, nor how many stood
 * in one place.
 */
export function threadPlaces(stacks: string): string[] {
  const threads = splitThreads(stacks.slice(0, 256 * 1024).split('\n'));
  const places = threads.map(place).filter((text) => text !== '');
  return [...new Set(places)].sort();
}

interface ThreadState {
  user: string[];
  kernel: string[];
  wchan: string | null;
}

const userFrame = /^\s{0,8}#([0-9]{1,3}) {1,4}(?:0x[0-9a-f]{1,16} in )?([^\s(]{1,200})/;
const kernelFrame = /^\s{0,8}\[<[0-9a-fx]{0,18}>\] ([A-Za-z_][\w.]{0,120})\+0x/;
const wchanLine = /\bwchan[:=]\s{0,4}([A-Za-z_]\w{0,80})/;
const threadStart = /^\s{0,4}(?:thread|tid|task|LWP|Thread|---+|===+)\b/i;

function splitThreads(lines: string[]): ThreadState[] {
  const threads: ThreadState[] = [];
  let current: ThreadState | null = null;
  for (const line of lines) {
    const frame = userFrame.exec(line);
    if (current === null || threadStart.test(line) || (frame?.[1] === '0' && current.user.length > 0)) {
      current = { user: [], kernel: [], wchan: null };
      threads.push(current);
    }
    if (frame !== null) {
      current.user.push(frame[2] ?? '');
    }
    current.wchan = wchanLine.exec(line)?.[1] ?? current.wchan;
    const kernel = kernelFrame.exec(line)?.[1];
    if (kernel !== undefined) {
      current.kernel.push(kernel);
    }
  }
  return threads;
}

function place(thread: ThreadState): string {
  const user = thread.user.filter((name) => !libraryFrame.test(name)).slice(0, 3);
  if (user.length > 0) {
    return shapeOf(user.join(' < '));
  }
  return thread.kernel.find((name) => !scheduling.test(name)) ?? thread.wchan ?? '';
}

// System call stubs and thread start-up: in every trace.
const libraryFrame =
  /^(?:__?syscall|syscall|__GI_|__libc_|_start|start_thread|clone3?|__clone3?|\?\?|__futex|futex_wait|__internal_syscall_cancel|__syscall_cancel|___?pthread_|__pthread_clockjoin_ex|0x)/;
const scheduling = /^(?:__schedule|schedule|schedule_timeout|do_syscall|entry_SYSCALL|__x64_sys|x64_sys|ret_from_fork)/;
