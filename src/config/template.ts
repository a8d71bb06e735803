import type { ProjectGuess } from './guess-project.ts';

/**
 * A configuration file that explains every key and is valid as it stands. What could be set stands behind `#` without a
 * space, prose behind `# `.
 */
export function configTemplate(guess: ProjectGuess): string {
  return `${header}\n${runSection(guess)}\n${conditionsSection}\n${quarantineSection}\n${suitesSection(guess)}`;
}

const header = `# Configuration of flakehunt for this folder and those below. Lines like "#time: 10m" show what can be set: take away
# the "#" to set it. FLAKEHUNT_* variables go over this file, and flags over both. docs/config.md tells more.
`;

function runSection({ suite, name }: ProjectGuess): string {
  return `# Defaults of \`flakehunt run\`, spelt like its flags.
run:
  # Where revisions come from: a path (from this file's folder), a URL, or lab for the bundled tree.
  #tree: .
  # Revision to build; worktree takes uncommitted work along.
  #rev: HEAD
  # How to build and judge: liburing, lab, command, or a suite of this file.
  #suite: ${suite === null ? 'liburing' : name}
  # Workers side by side: a number, or auto for the number with the most runs a second.
  #jobs: auto
  # How to provoke failures: auto for whatever brings the most of them, plain for nothing, or a condition, by name or
  # text (\`flakehunt conditions\` lists them).
  #strategy: auto
  # Or the parts of one condition, without a strategy. Where runs may execute: free, one, spread, pair, shuffle, or a
  # list of CPUs such as 0,2-3.
  #pin: free
  # Load beside them: light, heavy, or classes with a number of processes each.
  #noise: switch:2,yield:2
  # What disturbs the schedule of their threads.
  #chaos: delays:1
  # CPU time of a run in every period, where control groups are delegated.
  #quota: 20%/10ms
  # How readily a guest's kernel lets go of a CPU: none, voluntary or full. Only with a kernel, see below.
  #preempt: full
  # When to stop: the first that is met.
  #loops: 10000
  #time: 10m
  #failures: 5
  # Once the failure rate is below this at 95 %.
  #until-rate: 0.1%
  # Time limit of one run (default: the suite's).
  #limit: 60s
  # What to do when the exit code says success and the output says failure: report, fail or ignore.
  #masked: report
  # Make all runs in guests of another kernel, by qemu: a path, an installed version, deb:VERSION, or host for none.
  #kernel: host
  # Virtual machines side by side, and the CPUs and memory of each (MiB, or 1G).
  #guests: 1
  #guest-cpus: 2
  #guest-memory: 512
  # Words for the kernel's command line.
  #kernel-args: slub_debug=FZP
`;
}

const conditionsSection = `# Conditions of your own, for \`strategy\` and --strategy: a text, or a map that also says what it is for.
#conditions:
  #crowded: {text: 'noise:cpu:4,chaos:victim', about: as on the build machine}
  #first-cpu: pin:0
`;

const quarantineSection = `# Failures that are known, and shall not make a night fail (\`flakehunt nightly\`) until their day has come.
#quarantine:
  #- {test: 'poll*', signature: wait cqe -62, reason: slow disks, owner: ann, expires: 2027-01-31}
`;

function suitesSection(guess: ProjectGuess): string {
  const { suite, name, by, builtIn } = guess;
  if (builtIn !== null) return `${builtInHint(builtIn)}${commentedOut(changedSuite(builtIn))}`;
  if (suite === null) return `${unknownHint}${commentedOut(`suites:\n  mine:\n${keys(example)}`)}`;
  return `# How to build and judge the tests of this project; guessed from ${by}, so please check it. Then
# \`flakehunt run --list\` shows the tests, and \`flakehunt run NAME\` hunts one.
suites:
  ${name}:
${keys(suite)}`;
}

const unknownHint = `# Suites of your own: how to build and judge the tests of a project. This is what one looks like:
`;

function builtInHint(builtIn: string): string {
  return `# This is ${builtIn}, which is built in and needs no suite. One that changes parts of it would look like this; all other
# keys of a suite are in docs/config.md.
`;
}

function changedSuite(builtIn: string): string {
  return `suites:
  slow-machine:
    extends: ${builtIn}
    limit: 5m
`;
}

const example = {
  steps: [['make', '-j{jobs}']],
  testSteps: [['make', '-C', 'test', '{test}']],
  artifact: 'test/{test}',
  glob: 'test/*.c',
};

function keys({ steps, testSteps, artifact, glob }: NonNullable<ProjectGuess['suite']>): string {
  const [folder, extension] = glob.split('*');
  return `    build:
      # Commands, as lists: no shell runs them. {jobs} is the number of compile jobs. Once a revision:
      steps:
${list(steps)}
        # A step in another folder, or with variables of its own:
        #- {run: [make, install], cwd: src, env: {DESTDIR: out}}
      # Once a test, after the steps above. {test} is its name without path and extension.
      test-steps:
${list(testSteps)}
      # The test that comes out, below the top of the tree.
      artifact: '${artifact}'
      # Files that are not built: a commit that changes nothing else is not built again.
      #irrelevant: [/docs/, '*.md']
    # The tests: those that match a glob, a list of names, or the sources named in a make variable.
    tests:
      glob: '${glob}'
      #names: [one, two]
      #make-variable: {file: test/Makefile, variable: test_srcs}
    # What may stand around a test's name on the command line.
    test-prefixes: [${folder}]
    test-suffixes: [${extension}]
    # How a test is run. {artifact} is the built test, {tree} the top of the built tree.
    #command: ['{artifact}']
    # Where: scratch (an empty folder for each run), tree, or a path from this file's folder.
    #cwd: scratch
    #env: {LC_ALL: C}
    # Time limit of one run.
    #limit: 60s
    # What every test needs: where the kernel refuses it, runs teach nothing, whatever they return.
    #requires: io_uring
    # With --kernel: what a guest needs beside the test and its libraries. Globs and paths, below the built tree or absolute.
    #guest-files: [data/, '/usr/share/zoneinfo/UTC']
    # Tests that a nightly hunts alone, each with the machine to itself: names and globs.
    #serial: ['bench-*']
    #pass-codes: [0]
    #skip-codes: [77]
    # Regular expressions over lines of the output. Failure whatever the exit code says:
    #failure-patterns:
      #- '^not ok'
      #- {pattern: 'lost \\d+ events', why: events went missing}
    # Lines that are no failure although a pattern above matches them:
    #ignore-patterns: ['retrying']
    # The machine refused the test, so that nothing was learned:
    #invalid-patterns: ['Cannot open /dev/kvm']
    # To take everything that is not said here from a built-in suite:
    #extends: liburing
`;
}

function list(steps: string[][]): string {
  return steps.map((argv) => `        - [${argv.map(scalar).join(', ')}]`).join('\n');
}

function scalar(text: string): string {
  return /^[\w./][\w./-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Puts a `#` before every key, where it does not stand yet. */
function commentedOut(text: string): string {
  return text.replaceAll(/^( *)(?=[^ #\n])/gm, '$1#');
}
