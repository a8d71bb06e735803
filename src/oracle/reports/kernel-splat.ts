import { normaliseLine } from '../normalise.ts';
import { shapeOf } from '../shape.ts';
import type { Report } from './report.ts';

/**
 * The first splat in kernel-log lines: its headline without numbers, the function of RIP and the first frames of the call
 * trace, all without offsets. Null when no line is a headline we know.
 */
export function kernelSplat(lines: string[]): Report | null {
  const clean = lines.map(withoutLogPrefix);
  const at = clean.findIndex(isHeadline);
  if (at < 0) {
    return null;
  }
  const headline = headlineOf(clean[at] ?? '');
  const frames = callTrace(clean.slice(at + 1));
  const where = frames[0] === undefined || headline.includes(frames[0]) ? '' : ` in ${frames[0]}`;
  return { kind: 'kernel', title: headline + where, lines: [normaliseLine(headline), ...frames], at };
}

/** Whether a line of a kernel log begins a splat. */
export function isSplatHeadline(line: string): boolean {
  return isHeadline(withoutLogPrefix(line));
}

/** A program's own fault is told in the log, too (`traps: a.t[9] general protection fault ip:...`); the kernel is well. */
function isHeadline(line: string): boolean {
  return headlineForm.test(line) && !line.startsWith('traps: ');
}

/** Name of the process that was killed because memory ran out, where that is the first thing the lines tell; else null. */
export function killedForMemory(kernelLog: string): string | null {
  const lines = kernelLog.split('\n').map((line) => withoutLogPrefix(line.slice(0, 1024)));
  const at = lines.findIndex((line) => killedForm.test(line));
  if (at === -1 || lines.slice(0, at).some(isHeadline)) {
    return null;
  }
  return killedForm.exec(lines[at] ?? '')?.[1] ?? null;
}

const killedForm = /^(?:Out of memory|Memory cgroup out of memory): Killed process [0-9]+ \(([^)]{1,64})\)/;

/** The line without level, time stamp and caller (`<4>[   12.345678][ T1234] `, or `4,123,456,-;` of /dev/kmsg). */
function withoutLogPrefix(line: string): string {
  return line.replace(
    /^(?:<[0-9]+>)?(?:[0-9]+,[0-9]+,[0-9]+,[^;]{1,40};)?(?:\[\s{0,12}[0-9]+\.[0-9]+\])?\s{0,3}(?:\[\s{0,8}[TC][0-9]+\]\s{0,3})?/,
    '',
  );
}

const headlineForm = new RegExp(
  [
    '(?:watchdog: )?BUG: ',
    'WARNING: ',
    'kernel BUG at ',
    'general protection fault',
    '(?:Internal error: )?Oops[:-]',
    'Internal error: ',
    'Kernel panic - not syncing: ',
    'UBSAN: ',
    'INFO: (?:task .{1,80} blocked for more than|suspicious RCU usage|possible |rcu_|trying to register non-static key)',
    'rcu: INFO: ',
    'refcount_t: ',
    '(?:list_add|list_del) corruption',
    'Unable to handle kernel ',
    'kmemleak: [0-9]+ new suspected memory leaks',
    'possible recursive locking detected',
    'blktests failure',
    'invalid opcode: ',
    'divide error: ',
    'stack segment: ',
  ].join('|'),
  '',
);

/** `WARNING: CPU: 1 PID: 7 at io_uring/x.c:5 f+0x1/0x2 [mod]` to `WARNING: x.c: f`, and the like. */
function headlineOf(line: string): string {
  const start = line.search(headlineForm);
  return line
    .slice(start)
    .replace(/CPU: ?[0-9]+ PID: ?[0-9]+ at /, '')
    .replace(/, CPU#[0-9]+: .*/, '')
    .replace(/ - CPU#[0-9]+ stuck for [0-9]+s!.*/, '')
    .replace(/ in [^ ]+\/[0-9]+ at addr.*|,? address: .*| for address: .*/, '')
    .replace(/ (?:by|of|at) (?:task|addr) .*/, '')
    .replace(/INFO: task \S+:[0-9]+ blocked/, 'INFO: task blocked')
    .replace(/ for more than [0-9]+ seconds\.?/, '')
    .replace(/(?:[\w.-]+\/)+([\w.-]+):[0-9]+(?::[0-9]+)?/g, '$1')
    .replace(/ at ([\w.]+\+0x)/, ' in $1')
    .replace(/(?:\.(?:isra|constprop|part|cold)(?:\.[0-9]+)?)*\+0x[0-9a-f]+\/0x[0-9a-f]+/g, '')
    .replace(/ \[[\w-]+\]$/, '')
    .replace(/: [0-9a-f]{4} \[#[0-9]+\].*| [0-9a-f]{4} \[#[0-9]+\].*|: ?0x[0-9a-f]+.*/, '')
    .replace(/[!:]$/, '')
    .trim();
}

/** Functions in order: where the CPU was, then up to three callers that are not part of the reporting itself. */
function callTrace(lines: string[]): string[] {
  const names: string[] = [];
  for (const line of lines) {
    if (/---\[ end (?:trace|Kernel panic)/.test(line) || names.length >= 4) {
      break;
    }
    const name = frame.exec(line)?.[1];
    if (name !== undefined && !reporting.test(name)) {
      const plain = shapeOf(name.replace(/\.(?:isra|constprop|part|cold)\b.*/, ''));
      if (!names.includes(plain)) {
        names.push(plain);
      }
    }
  }
  return names;
}

// `? name` is what the unwinder only guesses.
const frame =
  /^\s{0,8}(?:RIP: [0-9]{4}:|pc : |lr : |\[<[0-9a-fx]{1,18}>\] )?(?:\[<[0-9a-f]{1,18}>\] )?([A-Za-z_][\w.]{0,120})\+0x[0-9a-f]+\/0x[0-9a-f]+/;

const reporting =
  /^(?:dump_stack|show_stack|show_trace|print_|kasan_|__asan_|__kasan|__warn|warn_|report_bug|handle_bug|exc_|asm_exc_|panic|oops_|die|__die|page_fault_oops|do_user_addr_fault|asm_|check_|ubsan_|__ubsan|lockdep_|kcsan_|kmsan_|__msan|lock_acquire|__lock_acquire|validate_chain|debug_|__might|___might|(?:__|io_)?schedule|__switch_to|context_switch|(?:__)?wait_for_comm?(?:on|pletion)|do_wait_for_common)/;
