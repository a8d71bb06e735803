import type { Check } from '../../model/check.ts';
import { checkCoreDumps } from './core-dumps.ts';
import { checkCache, checkState } from './disk.ts';
import { checkIoUring } from './io-uring.ts';
import { checkKernelLog, checkMemlock, checkUserNotification } from './kernel.ts';
import { checkKvm } from './kvm.ts';
import { checkNode } from './node.ts';
import type { ProbeContext } from './probe-context.ts';
import { checkClock, checkCpus, checkLoad } from './processors.ts';
import { checkQuota } from './quota.ts';
import { checkSupervisor, unknownAnswers } from './supervisor.ts';
import { checkCompiler, checkGdb, checkGit, checkMake, checkQemu, checkStrace, checkStressNg } from './tools.ts';

/** Everything `flakehunt doctor` looks at, in the order it is shown. Each probe has a time limit and leaves nothing behind. */
export async function checkMachine(context: ProbeContext): Promise<Check[]> {
  // First: compiling the supervisor below raises it.
  const load = checkLoad(context);
  const compiler = await checkCompiler(context);
  const [cache, state] = await Promise.all([checkCache(context), checkState(context)]);
  const usable = compiler.state === 'ok' && cache.state !== 'bad';
  const supervisor = usable ? await checkSupervisor(context) : null;
  const answers = supervisor?.answers ?? unknownAnswers;
  const [make, git, gdb, strace, stressNg, qemu] = await Promise.all(
    [checkMake, checkGit, checkGdb, checkStrace, checkStressNg, checkQemu].map((check) => check(context)),
  );
  return [
    checkNode(process.versions.node),
    compiler,
    supervisor?.check,
    make,
    git,
    cache,
    state,
    checkIoUring(context, answers.ioUring),
    checkUserNotification(context, answers),
    checkQuota(context),
    checkMemlock(context),
    gdb,
    strace,
    checkCoreDumps(context),
    checkKernelLog(),
    stressNg,
    qemu,
    checkKvm(),
    checkCpus(context),
    checkClock(context),
    load,
  ].filter((check) => check !== undefined);
}
