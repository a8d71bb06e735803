import type { Check } from '../../model/check.ts';
import { numberIn } from '../system-files.ts';
import type { ProbeContext } from './probe-context.ts';
import { runTool } from './run-tool.ts';

interface Tool {
  name: string;
  command: string;
  group: Check['group'];
  /** Where hunts stand without it. */
  missing: 'warn' | 'bad';
  cost: string;
  debian: string;
}

/** Compiles the supervisor and the trees. `CC` names another one. */
export async function checkCompiler(context: ProbeContext): Promise<Check> {
  const command = context.env.CC || 'cc';
  return await checkTool(context, {
    name: 'compiler',
    command,
    group: 'needed',
    missing: 'bad',
    cost: 'the supervisor, which runs the tests, cannot be compiled: no hunt can work',
    debian: 'gcc libc6-dev',
  });
}

export async function checkMake(context: ProbeContext): Promise<Check> {
  return await checkTool(context, {
    name: 'make',
    command: 'make',
    group: 'needed',
    missing: 'warn',
    cost: "trees built by make, liburing's and the bundled one, cannot be hunted; a command (after --) can",
    debian: 'make',
  });
}

export async function checkGit(context: ProbeContext): Promise<Check> {
  return await checkTool(context, {
    name: 'git',
    command: 'git',
    group: 'needed',
    missing: 'warn',
    cost: 'no revisions: only plain source folders and commands can be hunted',
    debian: 'git',
  });
}

export async function checkStressNg(context: ProbeContext): Promise<Check> {
  return await checkTool(context, {
    name: 'stress-ng',
    command: 'stress-ng',
    group: 'diagnosis',
    missing: 'warn',
    cost: 'noise is limited to the built-in classes switch, yield and cpu',
    debian: 'stress-ng',
  });
}

/** Guests are x86-64 machines, whatever this one is. */
export async function checkQemu(context: ProbeContext): Promise<Check> {
  return await checkTool(context, {
    name: 'qemu',
    command: 'qemu-system-x86_64',
    group: 'diagnosis',
    missing: 'warn',
    cost: 'no --kernel: tests run on the kernel of this machine only',
    debian: 'qemu-system-x86',
  });
}

/** gdb, and whether Yama (kernel.yama.ptrace_scope) lets it attach to a process that is not its child. */
export async function checkGdb(context: ProbeContext): Promise<Check> {
  const cost =
    'hangs show the kernel state of each thread but no user backtraces, and `flakehunt replay --gdb` does not work';
  const check = await checkTool(context, {
    name: 'gdb',
    command: 'gdb',
    group: 'diagnosis',
    missing: 'warn',
    cost,
    debian: 'gdb',
  });
  const scope = numberIn(context.read('/proc/sys/kernel/yama/ptrace_scope')) ?? 0;
  const refused = scope === 3 || (scope > 0 && context.uid !== 0);
  if (check.state !== 'ok' || !refused) return check;
  const remedy =
    scope === 3 ? 'ptrace_scope 3 can only be lifted by a reboot' : 'as root: sysctl kernel.yama.ptrace_scope=0';
  return {
    ...check,
    state: 'warn',
    found: `${check.found}; may not attach (kernel.yama.ptrace_scope=${scope})`,
    cost,
    remedy,
  };
}

/** strace, and whether it may trace: a container may forbid ptrace. */
export async function checkStrace(context: ProbeContext): Promise<Check> {
  const cost = '`flakehunt replay --strace` does not work';
  const check = await checkTool(context, {
    name: 'strace',
    command: 'strace',
    group: 'diagnosis',
    missing: 'warn',
    cost,
    debian: 'strace',
  });
  if (check.state !== 'ok') return check;
  const trial = await runTool({
    argv: ['strace', '-f', '-o', '/dev/null', 'true'],
    env: context.env,
    signal: context.signal,
  });
  if (trial.kind === 'answered' && trial.code === 0) return check;
  const why = trial.kind === 'answered' ? (trial.text.split('\n')[0] ?? '') : 'it does not end';
  const remedy = 'a container may be given the capability SYS_PTRACE';
  return { ...check, state: 'warn', found: `${check.found}; may not trace (${why})`, cost, remedy };
}

async function checkTool(context: ProbeContext, tool: Tool): Promise<Check> {
  const { name, group, cost } = tool;
  const remedy = `apt-get install ${tool.debian} (Debian)`;
  const answer = await runTool({ argv: [tool.command, '--version'], env: context.env, signal: context.signal });
  if (answer.kind === 'missing') {
    return { name, group, state: tool.missing, found: `${tool.command} is not installed`, cost, remedy };
  }
  const broken = answer.kind === 'broken' ? answer.why : answer.code === 0 ? null : `exit code ${answer.code}`;
  if (broken !== null) {
    const found = `${tool.command} --version does not work: ${broken}`;
    return { name, group, state: tool.missing, found, cost, remedy };
  }
  const line = answer.kind === 'answered' ? (answer.text.split('\n')[0] ?? '') : '';
  return { name, group, state: 'ok', found: line, cost: null, remedy: null };
}
