import { ExitCode, ExpectedError } from '../errors.ts';
import { delegatedCgroup } from '../exec/cgroup.ts';
import { allowedCpus } from '../exec/machine.ts';
import { probeSupervisor } from '../exec/probes/supervisor.ts';
import { ensureSupervisor } from '../exec/supervisor-binary.ts';
import type { CommandContext, Paths } from '../model/settings.ts';
import { autoArms } from '../perturb/auto-arms.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { builtInConditions } from '../perturb/named-conditions.ts';
import { ownNoise, stressNgNoise } from '../perturb/noise.ts';
import { type Means, obstacle } from '../perturb/obstacle.ts';
import { type ConditionRow, renderConditions } from '../report/conditions.ts';
import { findTool } from './find-tool.ts';

export interface ConditionsOptions {
  json?: boolean;
}

/** Version of `flakehunt conditions --json`. */
const jsonVersion = 1;

/** Lists the conditions that have names, built in and configured, and says which cannot work on this machine. */
export async function conditions(options: ConditionsOptions, context: CommandContext): Promise<ExitCode> {
  const { settings, screen } = context;
  const means = await meansHere(context);
  const auto = autoArms({ quota: means.quota, preempt: false }).map(conditionText);
  const rows = [...builtInConditions, ...settings.conditions].map(({ name, condition, about }, index): ConditionRow => {
    const text = conditionText(condition);
    const own = index >= builtInConditions.length;
    return { name, text, about, own, auto: !own && auto.includes(text), obstacle: obstacle(condition, means) };
  });
  const noise = { own: ownNoise, stressNg: stressNgNoise };
  const json = { v: jsonVersion, kind: 'conditions', conditions: rows, noise };
  screen.out(options.json === true ? `${JSON.stringify(json, null, 2)}\n` : renderConditions(rows, noise, screen));
  return ExitCode.ok;
}

async function meansHere({ settings, signal }: CommandContext): Promise<Means> {
  const { paths, env } = settings;
  return {
    allowedCpus: allowedCpus(),
    chaos: await chaosAnswer(paths, env, signal),
    stressNg: findTool('stress-ng', env) !== null,
    quota: delegatedCgroup() !== null,
    guest: settings.run.kernel !== null && settings.run.kernel !== 'host',
  };
}

/** Where the supervisor cannot be compiled, `flakehunt doctor` says why; the list is still of use. */
async function chaosAnswer(paths: Paths, env: Record<string, string>, signal: AbortSignal): Promise<string> {
  try {
    const { path } = await ensureSupervisor(paths, env);
    return (await probeSupervisor(path, signal)).chaos;
  } catch (error) {
    if (error instanceof ExpectedError) return 'unknown';
    throw error;
  }
}
