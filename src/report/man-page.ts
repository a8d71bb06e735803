import type { Command, Option } from 'commander';

export interface ManFacts {
  version: string;
  /** ISO date of the page. */
  date: string;
}

/**
 * The manual page flakehunt(1) in the man macros of roff, from what `--help` is made of: a section for each command.
 */
export function manPage(program: Command, { version, date }: ManFacts): string {
  const commands = program.createHelp().visibleCommands(program);
  return [
    `.TH FLAKEHUNT 1 "${date}" ${quoted(`flakehunt ${version}`)} "User Commands"`,
    '.SH NAME',
    'flakehunt \\- hunt flaky tests of native suites',
    '.SH SYNOPSIS',
    '.B flakehunt',
    '.I command',
    '[options] [arguments]',
    '.SH DESCRIPTION',
    escaped(program.description()),
    '.SH OPTIONS',
    ...options(program),
    '.SH COMMANDS',
    ...commands.flatMap((command) => section(command)),
    ...closing,
    '.SH EXAMPLES',
    // A paragraph follows the heading by itself.
    ...literal(textAfterOptions(program)).slice(1),
    '.SH SEE ALSO',
    '.BR git\\-bisect (1),',
    '.BR gdb (1),',
    '.BR strace (1)',
    '',
  ].join('\n');
}

function section(command: Command): string[] {
  const usage = command.createHelp().commandUsage(command);
  return [
    `.SS ${quoted(usage.split(' ').slice(0, 2).join(' '))}`,
    escaped(`${command.description()}.`),
    ...literal(`Usage: ${usage}`),
    ...command.registeredArguments.flatMap((argument) =>
      argument.description === '' ? [] : entry(argument.name(), argument.description),
    ),
    ...options(command),
    ...literal(textAfterOptions(command)),
  ];
}

/** Examples, exit codes and whatever else a command's help ends with. */
export function textAfterOptions(command: Command): string {
  const before = command.configureOutput();
  let text = '';
  const writeOut = (part: string) => {
    text += part;
  };
  command.configureOutput({ ...before, writeOut, getOutHasColors: () => false });
  command.outputHelp();
  command.configureOutput(before);
  return text.slice(command.helpInformation().length);
}

function options(command: Command): string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap((option: Option) => entry(option.flags, option.description));
}

function entry(term: string, text: string): string[] {
  return ['.TP', `.B ${quoted(term)}`, escaped(text)];
}

/** Kept line by line, as the terminal shows it. */
function literal(text: string): string[] {
  const lines = text.replaceAll(/^\n+|\n+$/g, '').split('\n');
  return lines.join('') === ''
    ? []
    : ['.PP', '.nf', ...lines.map((line) => (line === '' ? '\\&' : escaped(line))), '.fi'];
}

/** Text of which roff takes nothing for a request, an escape or a typographic sign. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^\./, '\\&.');
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}

const files: [string, string][] = [
  [
    'flakehunt.config.yaml, flakehunt.config.json',
    'settings of a project, looked for in the working folder and above it; see flakehunt init',
  ],
  ['$XDG_STATE_HOME/flakehunt (default ~/.local/state/flakehunt)', 'hunts, bisects and nights: what was found'],
  [
    '$XDG_CACHE_HOME/flakehunt (default ~/.cache/flakehunt)',
    'mirrors, builds, kernels: what can be made again; see flakehunt cache',
  ],
];

const environment: [string, string][] = [
  [
    'FLAKEHUNT_TREE, FLAKEHUNT_STRATEGY, ...',
    'defaults of the options of the same name, above those of the configuration file',
  ],
  ['NO_COLOR, FORCE_COLOR', 'plain text, or colours although the output is no terminal'],
  ['CC, CFLAGS, PATH', 'as for any build; the tests inherit the environment'],
];

const exitCodes: [string, string][] = [
  ['0', 'nothing found, or the fix confirmed'],
  ['1', 'failures found, or not fixed'],
  ['2', 'usage or configuration'],
  ['3', 'environment or build: nothing was learned'],
  ['5', 'inconclusive: the budget ended first'],
  ['70', 'internal error'],
  ['77', 'everything was skipped'],
  ['130', 'interrupted; the results are saved'],
];

const closing = [
  '.SH EXIT STATUS',
  ...exitCodes.flatMap(([code, text]) => entry(code, text)),
  '.SH FILES',
  ...files.flatMap(([file, text]) => entry(file, text)),
  '.SH ENVIRONMENT',
  ...environment.flatMap(([name, text]) => entry(name, text)),
];
