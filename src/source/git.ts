import { devNull } from 'node:os';
import { EnvironmentError } from '../errors.ts';
import { cacheErrorFromText, fullDiskError } from './cache-error.ts';
import { runChild } from './child.ts';
import type { SourceContext } from './context.ts';

/** A repository as git is told of it; nothing is discovered once this is known. */
export interface Repository {
  gitDir: string;
  /** Top of the user's files, or null where there are none. */
  workTree: string | null;
  /** Where new objects go: below the cache, never in the user's repository. Null: the repository is our own. */
  objects: { write: string; read: string } | null;
}

export interface GitOptions {
  repository?: Repository;
  cwd?: string;
  /** Laid over the environment made here, e.g. GIT_INDEX_FILE. */
  env?: Record<string, string>;
  /** For commands that wait for another machine: how long it may be silent. */
  silenceMs?: number;
  /** What git reads from stdin. */
  input?: string;
  /** Gives back one character for each byte. */
  bytes?: boolean;
}

/** Git ran and said no. `stderr` is in English (LC_ALL=C), for callers that know better what it means. */
export class GitError extends EnvironmentError {
  readonly stderr: string;
  /** Its last words, without a full stop. */
  readonly reason: string;

  constructor(command: string, stderr: string) {
    const reason = lastWords(stderr).replace(/\.$/, '');
    super(`\`git ${command}\` failed: ${reason}.`);
    this.stderr = stderr;
    this.reason = reason;
  }
}

/**
 * Runs git; the only place that does. Gives back stdout without its last newline. The settings below keep git from
 * asking questions, running the repository's hooks and monitors, taking optional locks, and leaving a process behind.
 * @throws GitError when git fails; EnvironmentError when there is no git or the disk is full.
 */
export async function git(context: SourceContext, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { repository, cwd = context.paths.packageRoot, env = {}, silenceMs, input, bytes = false } = options;
  const result = await runChild(['git', ...settings, ...args], {
    cwd,
    env: { ...inherited(context.env), ...fixed, ...(repository ? addressOf(repository) : {}), ...env },
    signal: context.signal,
    bytes,
    ...(silenceMs === undefined ? {} : { silenceMs }),
    ...(input === undefined ? {} : { input }),
  });
  const { ending, stdout, stderr } = result;
  if (ending.kind === 'exit' && ending.code === 0) return stdout;
  if (ending.kind === 'spawn') throw noGit(ending.code);
  const command = args.find((arg) => !arg.startsWith('-') && !arg.includes('=')) ?? '';
  if (ending.kind === 'timeout') throw new GitError(command, `no answer for ${Math.round((silenceMs ?? 0) / 1000)} s`);
  if (ending.kind === 'signal') throw new GitError(command, `killed by ${ending.name}`);
  throw (await writeError(context.paths.cache, stderr)) ?? new GitError(command, stderr);
}

/** Git does not always say why it could not write. */
async function writeError(cache: string, stderr: string): Promise<EnvironmentError | null> {
  const wrote = /(?:unable|failed) to (?:write|create)|(?:cannot|could not) (?:write|create|set)|write error/i.test(
    stderr,
  );
  return cacheErrorFromText(cache, stderr) ?? (wrote ? await fullDiskError(cache) : null);
}

const settings = [
  '--no-pager',
  ...[
    `core.hooksPath=${devNull}`,
    'core.fsmonitor=false',
    'core.quotePath=false',
    'core.splitIndex=false',
    // A fetch may tidy up our mirror, but not in the background and not at the cost of commits a hunt has recorded.
    'gc.autoDetach=false',
    'maintenance.autoDetach=false',
    'gc.pruneExpire=never',
    // A dead connection ends after half a minute instead of never.
    'http.lowSpeedLimit=1',
    'http.lowSpeedTime=30',
  ].flatMap((setting) => ['-c', setting]),
];

const fixed = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };

/**
 * Variables by which a caller's git (a hook, an alias, `git bisect run`) would redirect ours to its repository; the list
 * is that of `git rev-parse --local-env-vars`, and a few that would change what is read or printed.
 */
const redirecting = new Set(
  `GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_CONFIG GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT GIT_OBJECT_DIRECTORY GIT_DIR
  GIT_WORK_TREE GIT_IMPLICIT_WORK_TREE GIT_GRAFT_FILE GIT_INDEX_FILE GIT_NO_REPLACE_OBJECTS GIT_REPLACE_REF_BASE
  GIT_PREFIX GIT_SHALLOW_FILE GIT_COMMON_DIR GIT_INTERNAL_SUPER_PREFIX GIT_NAMESPACE GIT_QUARANTINE_PATH
  GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS GIT_ATTR_SOURCE
  GIT_DEFAULT_HASH`.split(/\s+/),
);

function inherited(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !redirecting.has(name) && !/^GIT_(TRACE|CONFIG_(KEY|VALUE)_)/.test(name)),
  );
}

function addressOf(repository: Repository): Record<string, string> {
  return {
    GIT_DIR: repository.gitDir,
    ...(repository.workTree === null ? {} : { GIT_WORK_TREE: repository.workTree }),
    ...(repository.objects === null
      ? {}
      : {
          GIT_OBJECT_DIRECTORY: repository.objects.write,
          GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(repository.objects.read),
        }),
  };
}

/** The variable is a list with colons; a quoted element may contain them. See git(1). */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
}

function noGit(code: string): EnvironmentError {
  return code === 'ENOENT'
    ? new EnvironmentError(
        'git is not installed or not in PATH; flakehunt reads trees and revisions with it. Install it (on Debian: apt-get install git).',
      )
    : new EnvironmentError(`git cannot be started (${code}); flakehunt reads trees and revisions with it.`);
}

/** What git said last, without its prefix: usually the reason. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !generic.test(line));
  const fatal = lines.findLast((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1) ?? 'no reason given';
  return fatal.replace(/^(fatal|error): /, '').replace(/^remote: /, '');
}

/** Said after every failure of a connection, whatever its reason. */
const generic = /Could not read from remote repository|^Please make sure you have|^and the repository exists/;
