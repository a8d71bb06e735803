import { machine } from 'node:os';
import { ExitCode } from '../errors.ts';
import { checkMachine } from '../exec/probes/check-machine.ts';
import { systemFiles } from '../exec/system-files.ts';
import type { Check } from '../model/check.ts';
import type { CommandContext } from '../model/settings.ts';
import { renderChecks } from '../report/doctor.ts';

export interface DoctorOptions {
  json?: boolean;
}

/** Version of `flakehunt doctor --json`. */
const jsonVersion = 1;

/** Looks at this machine and says what each missing piece costs. Exit code 3 when no hunt could work. */
export async function doctor(options: DoctorOptions, context: CommandContext): Promise<ExitCode> {
  const { settings, screen, signal } = context;
  const checks = await checkMachine({
    read: systemFiles(),
    paths: settings.paths,
    env: settings.env,
    uid: process.getuid?.() ?? 0,
    arch: machine(),
    signal,
  });
  if (signal.aborted) return ExitCode.interrupted;
  const works = checks.every((check) => check.state !== 'bad');
  screen.out(options.json === true ? asJson(works, checks) : renderChecks(checks, screen));
  return works ? ExitCode.ok : ExitCode.environment;
}

function asJson(works: boolean, checks: Check[]): string {
  return `${JSON.stringify({ v: jsonVersion, kind: 'doctor', works, checks }, null, 2)}\n`;
}
