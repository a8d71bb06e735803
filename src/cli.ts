import { Command, Option } from 'commander';
import type { ExitCode } from './errors.ts';
import type { CommandContext } from './model/settings.ts';
import { didYouMean } from './nearest.ts';

/** What the edge gives the command page. */
export interface Edge {
  version: string;
  /** What stood behind the first `--` of the command line, or null without one. */
  afterDashes: string[] | null;
  /** Loads settings for the global flags, calls the body, keeps its exit code. */
  run(globals: GlobalFlags, body: (context: CommandContext) => Promise<ExitCode>): Promise<void>;
  /** While another program has the terminal, an interrupt is for that one. */
  lendTerminal(work: () => Promise<void>): Promise<void>;
}

export interface GlobalFlags {
  config?: string;
  color: boolean;
}

/** Every command, flag and example on one page; the bodies are imported when they are called. */
export function buildProgram(edge: Edge): Command {
  const program = new Command('flakehunt')
    .description(
      'Hunt flaky tests of native suites: build a revision, loop one test, judge, name and rate every failure.',
    )
    .version(edge.version, '-V, --version', 'print the version')
    .option('--config <file>', 'configuration file instead of the nearest flakehunt.config.{json,yaml}')
    .option('--no-color', 'plain text (also NO_COLOR in the environment)')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError('(flakehunt --help shows commands and options)')
    .addHelpText('after', programExamples);
  addRun(program, edge);
  addReplay(program, edge);
  addExplain(program, edge);
  addBisect(program, edge);
  addConfirm(program, edge);
  addNightly(program, edge);
  addHistory(program, edge);
  addConditions(program, edge);
  addList(program, edge);
  addShow(program, edge);
  addReport(program, edge);
  addParse(program, edge);
  addInit(program, edge);
  addKernels(program, edge);
  addCache(program, edge);
  addDoctor(program, edge);
  addCompletion(program, edge);
  addMan(program, edge);
  addHelp(program);
  for (const command of program.commands) {
    command.showHelpAfterError(`(flakehunt help ${command.name()} shows its options)`);
  }
  return program;
}

const programExamples = `
Examples:
  flakehunt run msg-ring.t --loops 10000   in a liburing checkout, or anywhere:
                                           then the upstream mirror is used
  flakehunt run msg-ring.t --tree lab      the bundled tree; needs no network
  flakehunt run --jobs auto -- ./a.out -v  any command
  flakehunt show last:477                  one run of the last hunt
  flakehunt replay last                    its failure again, from its seed

Exit codes: 0 nothing found, 1 failures found, 2 usage or configuration,
3 environment or build, 5 inconclusive, 70 internal error, 77 everything
skipped, 130 interrupted (results saved).`;

function addRun(program: Command, edge: Edge): void {
  const command = program
    .command('run')
    .argument('[test]', 'test by name: msg-ring.t, msg-ring or test/msg-ring.t; without it, the command behind --')
    .description('build a revision, run one test in a tight loop, name and rate each failure')
    .usage('[options] <test> [-- test arguments] | [options] -- command [arguments]')
    .optionsGroup('What to run:')
    .option(
      '--tree <path|url|lab>',
      'source tree (default: the liburing checkout around you, else the upstream mirror)',
    )
    .option('--rev <rev>', "revision to build (default: the checkout's HEAD); `worktree` for uncommitted work")
    .option('--suite <name>', 'suite: liburing, lab, command, or one of the configuration file')
    .option('--list', 'list the tests of the revision and leave')
    .optionsGroup('When to stop (the first that is met; default --time 60s):')
    .option('--loops <n>', 'after n runs')
    .option('--time <duration>', 'after this long: 90s, 10m, 2h')
    .option('--failures <n>', 'after n failures')
    .option('--until-rate <rate>', 'once the failure rate is below this at 95 %: 0.1% or 0.001')
    .optionsGroup('How to run:')
    .option('--jobs <n|auto>', 'workers side by side; auto finds the number with the most runs/s (default 1)')
    .option('--limit <duration>', "time limit of one run (default: the suite's)")
    .option('--masked <policy>', 'exit code says success, output says failure: report, fail or ignore (default report)')
    .option('--seed <hex>', 'seed of the hunt, 16 hex digits (default: random)')
    .option(
      '--resume <hunt>',
      'go on with a hunt that was interrupted; takes its settings, new stop rules may be given',
    )
    .optionsGroup('How to provoke (flakehunt conditions lists what there is):')
    .option(
      '--strategy <name|text>',
      "auto: whatever brings the most failures/s; plain: nothing; or a condition's name or text (default auto; with --until-rate, which bounds the rate without provocation, plain)",
    )
    .option('--pin <policy>', 'CPUs of the runs: free, one, spread, pair, shuffle, or a list such as 0,2-3')
    .option('--noise <classes>', 'load beside them: light, heavy, or classes such as switch:2,yield:2@free')
    .option(
      '--chaos <arm>',
      'schedule of their threads: note, handoff, pct:2, spawn, victim, delays:1, shuffle, slack:5',
    )
    .option('--quota <share>', 'CPU time of each run, where control groups are delegated: 20%/10ms')
    .option('--preempt <model>', "how readily a guest's kernel lets go of a CPU: none, voluntary, full");
  addGuest(command);
  command
    .optionsGroup('What to print:')
    .option('--json', 'the result as JSON on standard output')
    .option('-q, --quiet', 'no progress and no header')
    .option('--report <file.html>', 'the result also as a page, as of flakehunt report --html')
    .option('--junit <file>', 'the result also as JUnit XML, as of flakehunt report --junit')
    .addOption(new Option('--engine <fake:file>').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  flakehunt run msg-ring.t --loops 10000 --rev 33312903~1
  flakehunt run poll --tree ~/src/liburing --time 10m --strategy plain --jobs auto
  flakehunt run poll --pin 0-3 --noise cpu:4 --chaos victim
  flakehunt run --until-rate 0.1% --limit 5s -- ./stress-me --threads 4`,
    )
    .action((test: string | undefined, flags) =>
      edge.run(program.opts(), async (context) => {
        const { run } = await import('./commands/run.ts');
        return await run({ ...flags, test, afterDashes: edge.afterDashes }, context);
      }),
    );
}

function addReplay(program: Command, edge: Edge): void {
  const command = program
    .command('replay')
    .argument('[hunt[:run]|test]', 'a run of a hunt (default: the failure of the last hunt); with --seed, a test')
    .description('make one run again from its seed: does it fail again, and alike?')
    .usage('[options] [hunt[:run]] | [options] --seed <hex> --condition <text> [test] [-- arguments]')
    .optionsGroup('How often, and to what end:')
    .option('--times <n>', 'number of runs (default 10; at most 1000 with --until-fail and --gdb; 1 with --strace)')
    .option('--until-fail', 'stop at the first failing run')
    .option('--gdb', 'stop where it fails, and hand the terminal to gdb')
    .option('--strace', 'write down the system calls of each run')
    .option('--strace-output <folder>', "where to (default: with the hunt, or in flakehunt's state folder)")
    .optionsGroup('A run without its hunt, as printed under every failure:')
    .option('--seed <hex>', 'seed of the run, 16 hex digits')
    .option('--condition <text>', 'condition it was made under: chaos:pct:2:25, plain')
    .option('--as-run <n>', 'its number, which the test is told (default 1)')
    .option('--tree <path|url|lab>', 'source tree, as for run')
    .option('--rev <rev>', 'revision to build, as for run')
    .option('--suite <name>', 'suite, as for run');
  addGuest(command);
  command
    .optionsGroup('Besides:')
    .option('--limit <duration>', "time limit of one run (default: the hunt's, else the suite's)")
    .option('--json', 'the result as JSON on standard output')
    .addOption(new Option('--engine <fake:file>').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  flakehunt replay last                    the failure of the last hunt, ten times
  flakehunt replay last:477 --gdb          until run 477 fails again, then gdb
  flakehunt replay last:477 --strace
  flakehunt replay --seed dca0c749607e2c86 --condition chaos:pct:2:25 \\
    msg-ring --tree lab                    anywhere, without the hunt

Exit codes: 0 it passed each time, 1 it failed, 5 it was to be run until it
fails and did not.`,
    )
    .action((target: string | undefined, flags) =>
      edge.run(program.opts(), async (context) => {
        const { replay } = await import('./commands/replay.ts');
        return await replay({ ...flags, target, afterDashes: edge.afterDashes }, context, edge.lendTerminal);
      }),
    );
}

function addExplain(program: Command, edge: Edge): void {
  const command = program
    .command('explain')
    .argument('[hunt|test]', 'what a hunt found (default: the last hunt that found something), or a test')
    .description('find the order of two events that makes it fail, and prove it by forcing it')
    .usage('[options] [hunt|test] [-- test arguments] | [options] -- command [arguments]')
    .optionsGroup('A test, instead of a hunt:')
    .option('--tree <path|url|lab>', 'source tree, as for run')
    .option('--rev <rev>', 'revision to build, as for run')
    .option('--suite <name>', 'suite, as for run')
    .optionsGroup('How:')
    .option('--time <duration>', 'for collecting failing and passing runs, at most (default 30s)')
    .option('--limit <duration>', "time limit of one run (default: the hunt's, else the suite's)")
    .option('--seed <hex>', 'seed of the runs, 16 hex digits (default: random)');
  addGuest(command);
  command
    .optionsGroup('What to print:')
    .option('--json', 'the result as JSON on standard output')
    .option('--markdown', 'the result for an issue or a mailing list')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt explain                        the last failure that was found
  flakehunt explain msg-ring.t --tree lab
  flakehunt explain --markdown -- ./a.out

Exit codes: 0 a cause was proven, 5 none was.`,
    )
    .action((subject: string | undefined, flags) =>
      edge.run(program.opts(), async (context) => {
        const { explain } = await import('./commands/explain.ts');
        return await explain({ ...flags, subject, afterDashes: edge.afterDashes }, context);
      }),
    );
}

function addBisect(program: Command, edge: Edge): void {
  const command = program
    .command('bisect')
    .argument('[test]', 'test by name (default: that of the last hunt that found something)')
    .description('which commit introduced or fixed a failure that shows once in many runs')
    .usage('[options] [test] [-- test arguments]')
    .optionsGroup('Which history (without any: from the revision of the last hunt, the other end is found):')
    .option('--good <rev>', 'a revision without the failure')
    .option('--bad <rev>', 'a revision with it, before or after the good one')
    .option('--old <rev>', 'the older end, with --fix or --regression')
    .option('--new <rev>', 'the newer end, likewise')
    .option('--fix', 'look for what made it go: the old end fails, the new one does not')
    .option('--regression', 'look for what brought it: the new end fails, the old one does not')
    .option('--tree <path|url|lab>', 'source tree, as for run')
    .option('--suite <name>', 'suite, as for run')
    .option('--path <path>', 'only commits that touch it may be the change; may be given more than once', collect)
    .option('--first-parent', 'follow merges only along their first parent')
    .option(
      '--kernels <range|folder>',
      'search kernels instead of commits: 6.1..6.12 (Debian has them), or a folder of images; --good and --bad then name kernels',
    )
    .option('--rev <rev>', 'with --kernels: the revision that is run under all of them')
    .optionsGroup('Which failure, and how it is provoked:')
    .option(
      '--signature <text|any>',
      'the failure: a part of its title, its id, or any (default: the most frequent one)',
    )
    .option('--condition <name|text>', 'for all revisions (default: what provokes most at the failing end)')
    .option('--jobs <n>', 'workers side by side (default 1)')
    .option('--limit <duration>', "time limit of one run (default: the suite's)")
    .option('--masked <policy>', 'whether a masked failure may be the one that is looked for: report, fail or ignore')
    .option('--seed <hex>', 'seed, 16 hex digits (default: random)')
    .optionsGroup('How far:')
    .option('--confidence <share>', 'posterior that one commit must hold (default 0.95)')
    .option('--time <duration>', 'give up after this long (default 1h)')
    .option('--resume <bisect>', 'go on with a bisect that was interrupted: its id, or last')
    .option('--dry-run', 'measure the failing end, find the other one, and say what the search will cost');
  addGuest(command);
  command
    .optionsGroup('What to print:')
    .option('--log [bisect]', 'the last bisect, or the one named, as git bisect replay takes it')
    .option('--json', 'the result as JSON on standard output')
    .option('-q, --quiet', 'no progress and no header')
    .addOption(new Option('--engine <fake:file>').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  flakehunt bisect                           goes on from the last hunt
  flakehunt bisect msg-ring.t --bad 1cbd4cff --good 2d80864d
  flakehunt bisect claim --tree lab --regression
  flakehunt bisect msg-ring.t --signature 'wait cqe -17' --masked fail
  flakehunt bisect poll --kernels 6.1..6.12  which kernel, in guests
  flakehunt bisect --log > log && git bisect replay log

Exit codes: 0 the change was found, 5 it was not: undecided, no change in the
range, or no end that fails; 3 environment or build; 130 interrupted (--resume
goes on).`,
    )
    .action((test: string | undefined, flags) =>
      edge.run(program.opts(), async (context) => {
        const { bisect } = await import('./commands/bisect.ts');
        return await bisect({ ...flags, test, afterDashes: edge.afterDashes }, context);
      }),
    );
}

function addConfirm(program: Command, edge: Edge): void {
  const command = program
    .command('confirm')
    .argument('[rev]', 'the commit that should have fixed it; worktree for uncommitted work')
    .argument('[test]', 'test by name (default: that of the last hunt that found something there)')
    .description('whether a failure is gone: the commit and its parent in turns, with statistics')
    .usage('[options] <rev> [test] [-- test arguments] | [options] --before <rev> --after <rev> [test]')
    .optionsGroup('What to compare:')
    .option('--before <rev>', "the revision that fails (default: the commit's parent)")
    .option('--after <rev>', 'the revision that should not')
    .option('--tree <path|url|lab>', 'source tree, as for run')
    .option('--suite <name>', 'suite, as for run')
    .optionsGroup('Which failure, and how it is provoked:')
    .option(
      '--signature <text|any>',
      'the failure: a part of its title, its id, or any (default: the most frequent one)',
    )
    .option('--condition <name|text>', 'for both sides (default: what provokes most before)')
    .option('--jobs <n>', 'workers side by side (default 1)')
    .option('--limit <duration>', "time limit of one run (default: the suite's)")
    .option('--masked <policy>', 'whether a masked failure may be the one that is looked for: report, fail or ignore')
    .option('--seed <hex>', 'seed, 16 hex digits (default: random)');
  addGuest(command);
  command
    .optionsGroup('How long, and what to print:')
    .option('--time <duration>', 'give up after this long (default 30m)')
    .option('--json', 'the result as JSON on standard output')
    .option('-q, --quiet', 'no progress and no header')
    .addOption(new Option('--engine <fake:file>').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  flakehunt confirm 33312903 msg-ring.t
  flakehunt confirm worktree msg-ring.t     your uncommitted fix against HEAD
  flakehunt confirm --before v0.4 --after fix/msg-ring msg-ring --tree lab

Exit codes: 0 gone, 1 reduced, unchanged or worse, 5 not reproduced before, or
the time ended first; 130 interrupted.`,
    )
    .action((rev: string | undefined, test: string | undefined, flags) =>
      edge.run(program.opts(), async (context) => {
        const { confirm } = await import('./commands/confirm.ts');
        return await confirm({ ...flags, rev, test, afterDashes: edge.afterDashes }, context);
      }),
    );
}

function addNightly(program: Command, edge: Edge): void {
  const command = program
    .command('nightly')
    .argument('[test...]', 'tests by name, or globs over them (default: all of the suite)')
    .description('hunt many tests inside a time budget, and say what is new beside the nights before')
    .usage('[options] [test|glob...]')
    .optionsGroup('What to hunt:')
    .option('--tree <path|url|lab>', 'source tree, as for run')
    .option('--rev <rev>', 'revision to build, as for run')
    .option('--suite <name>', 'suite, as for run')
    .option('--changed', 'only tests whose sources changed since the last night')
    .option('--shard <i/n>', 'only the i-th of n parts of the tests, the same ones every night')
    .optionsGroup('How:')
    .option('--time <duration>', 'for the whole night, builds among it (default 1h)')
    .option(
      '--condition <name|text>',
      'hunt each test under it; may be given more than once (default: plain and chaos:pct:3)',
      collect,
    )
    .option('--jobs <n>', 'tests side by side (default: one for every two CPUs)')
    .option('--limit <duration>', "time limit of one run (default: the suite's)")
    .option('--seed <hex>', 'seed, 16 hex digits (default: random)')
    .option(
      '--overload <what>',
      'runs made while others want more than all CPUs: apart (in no rate), or count, where that is always so (default apart)',
    )
    .option('--resume [night]', 'go on with a night that was interrupted: its id, or last')
    .optionsGroup('What makes it fail, and what then:')
    .option('--fail-on <what>', 'new, worse, flaky, failing (each with those before it) or never (default new)')
    .option('--bisect', 'where something is new, look for the commit');
  addGuest(command);
  command
    .optionsGroup('What to print:')
    .option('--json', 'the result as JSON on standard output')
    .option('-q, --quiet', 'no progress')
    .option('--report <file.html>', 'the night also as a page')
    .option('--junit <file>', 'as JUnit XML')
    .option(
      '--junit-flavour <name>',
      'what a flaky test is: surefire, passed with flakyFailure; plain, failed (default surefire)',
    )
    .option('--ctrf <file>', 'as CTRF, the Common Test Report Format')
    .option('--ktap <file>', 'as KTAP')
    .option('--ndjson <file>', 'as one JSON document a line')
    .option('--markdown <file>', 'as Markdown, for an issue or a step summary')
    .addOption(new Option('--engine <fake:file>').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  flakehunt nightly --time 2h              in a liburing checkout: all its tests
  flakehunt nightly 'poll*' msg-ring.t --time 10m
  flakehunt nightly --changed --fail-on worse
  flakehunt nightly --shard 2/4            the second of four machines
  flakehunt nightly --tree lab --time 2m --report night.html --junit night.xml

Exit codes: 0 nothing that --fail-on counts, 1 something, 3 nothing could be
run (io_uring refused, no build), 77 everything skipped, 130 interrupted
(--resume goes on).`,
    )
    .action((tests: string[], flags) =>
      edge.run(program.opts(), async (context) => {
        const { nightly } = await import('./commands/nightly.ts');
        return await nightly({ ...flags, tests }, context);
      }),
    );
}

function addHistory(program: Command, edge: Edge): void {
  program
    .command('history')
    .argument('[test|signature|night]', 'what is asked about; or rebuild, export or import (default: the nights)')
    .argument('[file]', 'bundle that is written or read')
    .description('what the nights saw: the nights, one of them, the trend of a test or of a signature')
    .usage('[options] [test|signature|night] | rebuild | export <file> | import <file>')
    .option('--suite <name>', 'only nights of this suite')
    .option('--nights <n>', 'the newest n nights (default 30)')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt history                        the nights, one line each
  flakehunt history msg-ring.t             its trend, night by night
  flakehunt history 6f2f0c1b9a3e           a signature: first and last seen
  flakehunt history last                   the last night again
  flakehunt history export night.bundle    all nights in one file
  flakehunt history import night.bundle    on another machine; twice does no harm
  flakehunt history rebuild                make the index anew from the logs`,
    )
    .action((subject: string | undefined, file: string | undefined, flags) =>
      edge.run(program.opts(), async (context) => {
        const { history } = await import('./commands/history.ts');
        return await history({ ...flags, subject, file }, context);
      }),
    );
}

function addGuest(command: Command): void {
  command
    .optionsGroup('In a guest of another kernel:')
    .option(
      '--kernel <spec>',
      'boot it in qemu and make all runs there: a path, an installed version, deb:6.1.* (fetched from Debian); host: no guest',
    )
    .option('--guests <n>', 'virtual machines side by side, each with --jobs workers (default 1)')
    .option('--guest-cpus <n>', 'CPUs of each (default 2)')
    .option('--guest-memory <MiB|1G>', 'memory of each (default 512)')
    .option('--kernel-args <words>', "words for the kernel's command line");
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function addConditions(program: Command, edge: Edge): void {
  program
    .command('conditions')
    .description('conditions that --strategy knows by name, what each provokes, and which cannot work here')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt conditions
  flakehunt run poll.t --strategy pct-2    one of them by name`,
    )
    .action((flags) =>
      edge.run(program.opts(), async (context) => {
        const { conditions } = await import('./commands/conditions.ts');
        return await conditions(flags, context);
      }),
    );
}

function addList(program: Command, edge: Edge): void {
  program
    .command('list')
    .description('hunts and bisects so far, newest first')
    .option('--all', 'all of them, not only the newest 20')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt list
  flakehunt list --all --json`,
    )
    .action((flags) =>
      edge.run(program.opts(), async (context) => {
        const { list } = await import('./commands/list.ts');
        return await list(flags, context);
      }),
    );
}

function addShow(program: Command, edge: Edge): void {
  program
    .command('show')
    .argument(
      '[hunt[:run]]',
      'a hunt or a bisect (id, unique beginning of one, or last: the hunt), or one run of a hunt (default: last)',
    )
    .description('a hunt or a bisect again, or one run of a hunt with its whole output')
    .option('--raw', "only the run's output, byte for byte")
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt show                           the last hunt
  flakehunt show last:477 --raw | less     what its run 477 wrote`,
    )
    .action((target: string | undefined, flags) =>
      edge.run(program.opts(), async (context) => {
        const { show } = await import('./commands/show.ts');
        return await show({ ...flags, target }, context);
      }),
    );
}

function addReport(program: Command, edge: Edge): void {
  program
    .command('report')
    .argument('[hunt|bisect|night...]', 'ids, unique beginnings of them, or last: the hunt (default: last)')
    .description(
      'hunts, bisects and nights as pages to look at and mail, all but bisects also in the forms that CI reads',
    )
    .optionsGroup('What to write, each to a file ({id} in its name is that of the hunt) or to - for standard output:')
    .option('--html <file>', 'one page that needs nothing else; without any option it goes to standard output')
    .option('--junit <file>', 'JUnit XML, one testcase a test')
    .option(
      '--junit-flavour <name>',
      'what a flaky test is: surefire, passed with flakyFailure; plain, failed (default surefire)',
    )
    .option('--ctrf <file>', 'CTRF, the Common Test Report Format')
    .option('--ktap <file>', "KTAP, as the kernel's tests write it")
    .option('--ndjson <file>', 'one JSON document a line (docs/formats.md)')
    .option('--markdown <file>', 'for an issue or a mail')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt report --html report.html        the last hunt
  flakehunt report last --markdown - | mail -s flaky list@example.org
  flakehunt report b7x2 --html bisect.html   a bisect
  flakehunt report b7x2 k3f9 --html '{id}.html'
  flakehunt report --junit junit.xml --junit-flavour plain`,
    )
    .action((targets: string[], flags) =>
      edge.run(program.opts(), async (context) => {
        const { report } = await import('./commands/report.ts');
        return await report({ ...flags, targets }, context);
      }),
    );
}

function addParse(program: Command, edge: Edge): void {
  program
    .command('parse')
    .argument('[file]', 'captured output or log, - for standard input', '-')
    .description('judge a captured log: verdicts, errnos, signatures (also of runtests.sh and runtests-loop.sh)')
    .option('--suite <name>', "whose failure patterns to use (default: the configuration's suite, else liburing)")
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt parse build.log
  ./runtests.sh 2>&1 | flakehunt parse --json`,
    )
    .action((file: string, flags) =>
      edge.run(program.opts(), async (context) => {
        const { parse } = await import('./commands/parse.ts');
        return await parse({ ...flags, file }, context);
      }),
    );
}

function addInit(program: Command, edge: Edge): void {
  program
    .command('init')
    .description('write a commented flakehunt.config.yaml into this folder')
    .option('--force', 'replace an existing one')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt init
  flakehunt init --force`,
    )
    .action((flags) =>
      edge.run(program.opts(), async (context) => {
        const { init } = await import('./commands/init.ts');
        return await init(flags, context);
      }),
    );
}

function addKernels(program: Command, edge: Edge): void {
  program
    .command('kernels')
    .argument('[pattern]', "of versions or releases: '6.1.*', 6.12, 6.1.0-50")
    .description('kernels for guests: in the cache, installed here, and to be had from Debian')
    .option('--cached', 'only what is here; needs no network')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Without --cached Debian's package lists (30 MB) are fetched from the mirror that
apt uses, once a day; apt's own lists and settings are left as they are.

Examples:
  flakehunt kernels
  flakehunt kernels '6.1.*'
  flakehunt kernels --cached --json`,
    )
    .action((pattern: string | undefined, flags) =>
      edge.run(program.opts(), async (context) => {
        const { kernels } = await import('./commands/kernels.ts');
        return await kernels({ ...flags, pattern }, context);
      }),
    );
}

function addCache(program: Command, edge: Edge): void {
  program
    .command('cache')
    .description('what the cache holds: mirrors, builds, kernels, supervisors')
    .option('--prune', 'remove what has not been used for 30 days')
    .option('--older-than <duration>', 'with --prune: another age, such as 7d or 12h')
    .option('--all', 'with --prune: everything that is not in use')
    .option('--dry-run', 'with --prune: only say what would go')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt cache
  flakehunt cache --prune --older-than 7d --dry-run`,
    )
    .action((flags) =>
      edge.run(program.opts(), async (context) => {
        const { cache } = await import('./commands/cache.ts');
        return await cache(flags, context);
      }),
    );
}

function addDoctor(program: Command, edge: Edge): void {
  program
    .command('doctor')
    .description('check this machine: what works, what is missing, and what each missing piece costs')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt doctor
  flakehunt doctor --json`,
    )
    .action((flags) =>
      edge.run(program.opts(), async (context) => {
        const { doctor } = await import('./commands/doctor.ts');
        return await doctor(flags, context);
      }),
    );
}

function addCompletion(program: Command, edge: Edge): void {
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('print what a shell sources to complete commands, tests, conditions and hunts')
    .addHelpText(
      'after',
      `
Examples:
  source <(flakehunt completion bash)      in ~/.bashrc
  source <(flakehunt completion zsh)       in ~/.zshrc, after compinit
  flakehunt completion fish > ~/.config/fish/completions/flakehunt.fish`,
    )
    .action((shell: string) =>
      edge.run(program.opts(), async (context) => {
        const { completion } = await import('./commands/completion.ts');
        return await completion(shell, context);
      }),
    );
  program.command('complete', { hidden: true }).action(() =>
    edge.run(program.opts(), async (context) => {
      const { complete } = await import('./commands/complete.ts');
      return await complete(program, edge.afterDashes ?? [], context);
    }),
  );
}

function addMan(program: Command, edge: Edge): void {
  program
    .command('man')
    .description('print the manual page')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt man | man -l -
  flakehunt man > ~/.local/share/man/man1/flakehunt.1`,
    )
    .action(() =>
      edge.run(program.opts(), async (context) => {
        const { man } = await import('./commands/man.ts');
        return man(program, context);
      }),
    );
}

/** Commander's own answers an unknown name with the whole page and no word about it. */
function addHelp(program: Command): void {
  program
    .command('help')
    .argument('[command]')
    .description('print the help of a command')
    .addHelpText(
      'after',
      `
Examples:
  flakehunt help bisect`,
    )
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (command !== undefined) command.help();
      const names = program.commands.map((one) => one.name());
      program.error(`error: unknown command '${name}'${didYouMean(name ?? '', names)}`);
    });
}
