import { describe, expect, it } from 'vitest';
import { buildProgram } from './cli.ts';
import { completeTyped } from './commands/typed-words.ts';
import { manPage, textAfterOptions } from './report/man-page.ts';

const program = buildProgram({
  version: '1.2.3',
  afterDashes: null,
  run: () => Promise.resolve(),
  lendTerminal: () => Promise.resolve(),
});
const commands = program.createHelp().visibleCommands(program);

describe('every command', () => {
  it.each(commands.map((command) => [command.name(), command] as const))(
    '%s has examples that name it',
    (name, command) => {
      const [, examples] = textAfterOptions(command).split('Examples:\n');
      expect(examples?.split('\n')[0]).toMatch(new RegExp(`(?:^|[ (])flakehunt (?:--\\S+ )*${name}\\b`));
    },
  );

  it('says in its examples only what it takes', () => {
    const unknown = commands.flatMap((command) => {
      const flags = new Set([...command.options, ...program.options].flatMap(({ long, short }) => [long, short]));
      const lines = textAfterOptions(command).split('\n');
      const own = lines.filter((line) => line.startsWith(`  flakehunt ${command.name()} `));
      const given = own.flatMap((line) => line.replace(/ -- .*/, '').match(/(?<= )--[a-z][a-z-]*/g) ?? []);
      return given.filter((flag) => !flags.has(flag)).map((flag) => `${command.name()} ${flag}`);
    });
    expect(unknown).toEqual([]);
  });
});

describe('completion', () => {
  const values = (...words: string[]) => {
    const found = completeTyped(program, words);
    return found.kind === 'words' ? found.candidates.map(({ value }) => value) : found.kind;
  };

  it('offers commands and flags', () => {
    expect(values('')).toEqual(commands.map((command) => command.name()));
    expect(values('bis')).toEqual(['bisect']);
    expect(values('run', '--un')).toEqual(['--until-rate']);
    expect(values('help', 'conf')).toEqual(['confirm']);
    expect(values('--no-color', 'sho')).toEqual(['show']);
  });

  it('offers neither hidden commands nor hidden flags', () => {
    expect(values('comple')).toEqual(['completion']);
    expect(values('run', '--eng')).toEqual([]);
  });

  it.each([
    [['run', ''], 'test'],
    [['run', '--tree', ''], 'tree'],
    [['run', '--tree', '=', ''], 'tree'],
    [['run', '--tree=la'], 'tree'],
    [['run', '--tree', 'lab', 'po'], 'test'],
    [['run', '--strategy', 'pct'], 'condition'],
    [['bisect', '--condition', ''], 'condition'],
    [['bisect', '--resume', ''], 'hunt'],
    [['show', ''], 'hunt'],
    [['confirm', 'HEAD', ''], 'test'],
    [['parse', ''], 'file'],
    [['completion', ''], 'shell'],
    [['doctor', ''], []],
    [['run', 'poll.t', ''], []],
  ])('of %j is of %j', (words, kind) => {
    expect(values(...words)).toEqual(kind);
  });

  it('knows the tree of which tests are asked for', () => {
    expect(completeTyped(program, ['run', '--tree=lab', 'po'])).toEqual({
      kind: 'test',
      beginning: 'po',
      options: { '--tree': 'lab' },
    });
  });
});

describe('the manual page', () => {
  const page = manPage(program, { version: '1.2.3', date: '2026-01-02' });

  it('has a section for each command', () => {
    const sections = [...page.matchAll(/^\.SS "flakehunt (\S+)"/gm)].map(([, name]) => name);
    expect(sections).toEqual(commands.map((command) => command.name()));
  });

  it('begins no line of text with what roff takes for a request', () => {
    const requests = [...page.matchAll(/^[.'](\S*)/gm)].map(([, name]) => name);
    expect([...new Set(requests)].sort()).toEqual(['B', 'BR', 'I', 'PP', 'SH', 'SS', 'TH', 'TP', 'fi', 'nf']);
  });
});
