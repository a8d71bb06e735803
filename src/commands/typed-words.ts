import type { Command, Option } from 'commander';

/** What a word can be of which there are names to offer. */
export type NameKind = 'test' | 'hunt' | 'condition' | 'suite' | 'tree' | 'shell' | 'file';

export interface Candidate {
  value: string;
  about: string;
}

/** What may come where the cursor is: words that are known already, or a kind of name. */
export type Completion =
  | { kind: 'words'; candidates: Candidate[] }
  | { kind: NameKind; beginning: string; options: Record<string, string> };

/**
 * What the last of the words that were typed behind `flakehunt` can become; the last one is the one at the cursor, and may
 * be empty.
 */
export function completeTyped(program: Command, words: readonly string[]): Completion {
  // bash takes the = of --tree=lab for a word.
  const typed = words.filter((word, index) => word !== '=' || index === words.length - 1);
  const last = typed.at(-1) === '=' ? '' : (typed.at(-1) ?? '');
  const before = typed.slice(0, -1);
  const { command, positionals, options, open } = readWords(program, before);
  const [flag, ...value] = last.split('=');
  const given = flag?.startsWith('--') && value.length > 0 ? optionOf(command, flag) : open;
  if (given !== undefined) {
    return { kind: kindOf(given.flags), beginning: open === undefined ? value.join('=') : last, options };
  }
  if (last.startsWith('-')) return { kind: 'words', candidates: beginningWith(last, flagsOf(program, command)) };
  if (command === program) return { kind: 'words', candidates: beginningWith(last, commandsOf(program)) };
  if (command.name() === 'help') return { kind: 'words', candidates: beginningWith(last, commandsOf(program)) };
  const argument = command.registeredArguments[Math.min(positionals, command.registeredArguments.length - 1)];
  const isTaken = argument === undefined || (positionals >= command.registeredArguments.length && !argument.variadic);
  if (isTaken) return { kind: 'words', candidates: [] };
  return { kind: kindOf(argument.name()), beginning: last, options };
}

interface Read {
  command: Command;
  positionals: number;
  /** Values of options by their long names. */
  options: Record<string, string>;
  /** The option whose value comes next. */
  open: Option | undefined;
}

function readWords(program: Command, words: readonly string[]): Read {
  const read: Read = { command: program, positionals: 0, options: {}, open: undefined };
  for (const word of words) {
    if (read.open !== undefined) {
      read.options[read.open.long ?? ''] = word;
      read.open = undefined;
    } else if (word.startsWith('-')) {
      const [flag, ...value] = word.split('=');
      const option = optionOf(read.command, flag ?? word) ?? optionOf(program, flag ?? word);
      if (option !== undefined && value.length > 0) read.options[option.long ?? ''] = value.join('=');
      else if (option !== undefined && (option.required || option.optional)) read.open = option;
    } else if (read.command === program) {
      read.command = program.commands.find((one) => one.name() === word) ?? program;
    } else {
      read.positionals++;
    }
  }
  return read;
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

/** By the words of the usage: what is in the brackets. */
function kindOf(usage: string): NameKind {
  if (/\bshell\b/.test(usage)) return 'shell';
  if (/--tree\b/.test(usage)) return 'tree';
  if (/--suite\b/.test(usage)) return 'suite';
  if (/--(?:strategy|condition)\b/.test(usage)) return 'condition';
  if (/\bhunt\b|\bbisect>/.test(usage)) return 'hunt';
  return /\btests?\b/.test(usage) && !usage.startsWith('-') ? 'test' : 'file';
}

function flagsOf(program: Command, command: Command): Candidate[] {
  const options = [...new Set([...command.options, ...program.options])].filter(({ hidden }) => !hidden);
  return [
    ...options.flatMap(({ long, description }) => (long == null ? [] : [{ value: long, about: description }])),
    help,
  ];
}

const help: Candidate = { value: '--help', about: 'print this help' };

function commandsOf(program: Command): Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ value: command.name(), about: command.description() }));
}

function beginningWith(beginning: string, candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(beginning));
}
