import { EnvironmentError } from '../errors.ts';
import { runChild } from './child.ts';
import type { SourceContext } from './context.ts';

/**
 * Identity of the C compiler, e.g. `cc (Debian 12.2.0-14) 12.2.0, x86_64-linux-gnu`. `command` may carry arguments, as CC
 * does (`ccache gcc -m32`).
 * @throws EnvironmentError when it does not start.
 */
export async function identifyCompiler(
  command: string,
  env: Record<string, string>,
  context: SourceContext,
): Promise<string> {
  const argv = command.split(/\s+/).filter((word) => word !== '');
  const options = { cwd: context.paths.packageRoot, env, signal: context.signal };
  const [version, target] = await Promise.all(
    ['--version', '-dumpmachine'].map((question) => runChild([...argv, question], options)),
  );
  if (version?.ending.kind !== 'exit' || version.ending.code !== 0) throw noCompiler(command);
  const [name = ''] = version.stdout.split('\n');
  return [name.trim(), target?.stdout.trim() ?? ''].filter((part) => part !== '').join(', ');
}

function noCompiler(command: string): EnvironmentError {
  return new EnvironmentError(
    `There is no working C compiler: \`${command} --version\` fails. Install one (on Debian: apt-get install gcc libc6-dev), or name another one in CC.`,
  );
}
