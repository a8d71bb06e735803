/** How one run of the test ended. */
export type Ending =
  | { kind: 'exit'; code: number }
  | { kind: 'signal'; signal: number; core: boolean }
  | { kind: 'timeout' }
  /** The test could not be executed; `errno` is the positive number execve or chdir failed with. */
  | { kind: 'noexec'; errno: number }
  /** The guest's kernel went down under the run, or stopped doing anything (no sign of life from its supervisor). */
  | { kind: 'kernel'; what: 'panic' | 'hang' }
  /** The supervisor lost the run: its worker was killed (by the test, or from outside). */
  | { kind: 'lost' }
  /**
   * Chaos and this test do not go together, so the run says nothing: the test filters system calls itself, or it (run by
   * an unprivileged user) starts a set-uid program.
   */
  | { kind: 'unfit'; why: 'seccomp' | 'setuid' };

/** Of one run, from wait4 and a monotonic clock. */
export interface Usage {
  wallUs: number;
  userUs: number;
  systemUs: number;
  maxRssKiB: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
}

/** stdout and stderr as the test wrote them into one pipe. */
export interface Output {
  /** Head and tail, at most 64 KiB together. */
  bytes: Uint8Array;
  /** Bytes written in all. */
  total: number;
  /** Offset in `bytes` where the middle was dropped, or null when nothing was. */
  cutAt: number | null;
}

/** What came back from one run. */
export interface Outcome {
  ending: Ending;
  usage: Usage;
  output: Output;
  /** State of every thread when the time limit struck, with backtraces where gdb was there; else null. */
  stacks: string | null;
  /** Kernel-log lines that appeared while the run was on and look like a splat; else null. */
  kernelLog: string | null;
  /** File name of a core dump in the artifact folder; else null. */
  core: string | null;
}
