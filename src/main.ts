import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { buildProgram, type Edge, type GlobalFlags } from './cli.ts';
import { EnvironmentError, ExitCode, ExpectedError } from './errors.ts';
import type { CommandContext, Screen } from './model/settings.ts';
// Not loaded when it is needed: then there may be no file descriptor left to load it with.
import { crashReport } from './store/crash-report.ts';

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** The edge: parses the command line, runs the command, turns errors into text and an exit code. */
export async function main(): Promise<void> {
  const { signal: abort, lendTerminal } = interruptible();
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.once(event, (error: unknown) => process.exit(report(error, abort)));
  }
  const kept = surviveLostOutput();
  const { own, afterDashes } = splitAtDashes(process.argv.slice(2));
  const program = buildProgram({
    version: packageVersion(),
    afterDashes,
    async run(globals, body) {
      process.exitCode = await body(await context(globals, kept, abort));
    },
    lendTerminal,
  });
  try {
    exitByThrowing(program);
    await program.parseAsync(own, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, abort);
  }
}

async function context(
  globals: GlobalFlags,
  kept: CommandContext['kept'],
  signal: AbortSignal,
): Promise<CommandContext> {
  const { loadSettings } = await import('./config/settings.ts');
  const settings = await loadSettings({
    env: process.env,
    cwd: workingFolder(),
    packageRoot,
    ...(globals.config === undefined ? {} : { configFlag: globals.config }),
  });
  return {
    version: packageVersion(),
    commandLine: ['flakehunt', ...process.argv.slice(2)],
    settings,
    screen: terminalScreen(globals),
    kept,
    signal,
  };
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new EnvironmentError('The folder you are in does not exist any more; `cd` to one that does and try again.', {
      cause,
    });
  }
}

function terminalScreen(globals: GlobalFlags): Screen {
  const dumb = process.env.TERM === 'dumb';
  const tty = process.stdout.isTTY === true && !dumb;
  const noColor = !globals.color || (process.env.NO_COLOR ?? '') !== '';
  const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || '';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    columns: process.stdout.columns ?? process.stderr.columns ?? (Number(process.env.COLUMNS) || 80),
    tty,
    errTty: process.stderr.isTTY === true && !dumb,
    color: !noColor && (tty || (process.env.FORCE_COLOR ?? '') !== ''),
    unicode: /utf-?8/i.test(locale),
  };
}

/** The first SIGINT or SIGTERM asks politely; the second leaves at once (the supervisor cleans up by itself). */
function interruptible(): { signal: AbortSignal; lendTerminal: Edge['lendTerminal'] } {
  const controller = new AbortController();
  let lent = false;
  const onSignal = (name: NodeJS.Signals) => {
    // The terminal sends it to everybody who is in front.
    if (lent && name === 'SIGINT') return;
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  // Under `ulimit -f`: without a handler it kills, with one the write fails and says why.
  process.on('SIGXFSZ', () => undefined);
  return {
    signal: controller.signal,
    async lendTerminal(work) {
      lent = true;
      await work().finally(() => {
        lent = false;
      });
    },
  };
}

/**
 * Nothing that becomes of the output ends a hunt. `flakehunt list | head` is no error; on a full disk the exit code says
 * that what was written is not all. Gives back what takes a better sentence on where the result is; see CommandContext.
 */
function surviveLostOutput(): CommandContext['kept'] {
  let lost: NodeJS.ErrnoException | null = null;
  let kept = 'A hunt is kept all the same: `flakehunt show` shows it again.';
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') lost ??= error;
  });
  // There is nobody left to tell.
  process.stderr.on('error', () => undefined);
  process.on('exit', () => {
    if (lost === null) return;
    process.stderr.write(
      `flakehunt: Standard output could not be written (${lost.code}), so what is there is not all. ${kept}\n`,
    );
    process.exitCode = ExitCode.environment;
  });
  return (sentence) => {
    kept = sentence;
  };
}

/** Commander swallows the first `--`; whether it was there decides what `run` hunts. */
function splitAtDashes(argv: string[]): { own: string[]; afterDashes: string[] | null } {
  const at = argv.indexOf('--');
  return at === -1 ? { own: argv, afterDashes: null } : { own: argv.slice(0, at), afterDashes: argv.slice(at + 1) };
}

function exitByThrowing(program: ReturnType<typeof buildProgram>): void {
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'flakehunt: ')),
    });
  }
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}

function report(error: unknown, abort: AbortSignal): ExitCode {
  if (abort.aborted && error === abort.reason) {
    process.stderr.write('flakehunt: interrupted before the first run; there is nothing to save.\n');
    return ExitCode.interrupted;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof ExpectedError) {
    process.stderr.write(`flakehunt: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')) {
    process.stderr.write(
      'flakehunt: Too many files are open at once. Raise the limit in this shell, for example with `ulimit -n 1024`, and try again.\n',
    );
    return ExitCode.environment;
  }
  process.stderr.write(crashReport(error, { env: process.env, argv: process.argv, version: packageVersion() }));
  return ExitCode.internal;
}
