/** Numbers of arm, arm64, powerpc, riscv, s390 and x86 (signal(7)); alpha, mips, parisc and sparc differ. */
const names = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU ' +
  'XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

/** `SIGSEGV` for 11, `SIGRTMIN+3` for a real-time signal. */
export function signalName(signal: number): string {
  const name = names[signal - 1];
  if (name !== undefined) {
    return `SIG${name}`;
  }
  return signal >= 34 && signal <= 64 ? `SIGRTMIN+${signal - 34}` : `signal ${signal}`;
}
