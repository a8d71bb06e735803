import { UsageError } from '../errors.ts';

/** How `--tree` names a tree. */
export type TreeSpec = { kind: 'lab' } | { kind: 'path'; path: string } | { kind: 'url'; url: string; shown: string };

/**
 * Reads a `--tree` argument: `lab`, a URL (`https://`, `ssh://`, `git://`, `file://`), ssh's short form
 * (`git@host:path`), or a path. `./lab` is a path.
 * @throws UsageError for what git would take for an option or a program to run.
 */
export function parseTreeSpec(spec: string): TreeSpec {
  if (spec === '') throw new UsageError('--tree is empty; give a path, a URL, or `lab` for the bundled tree.');
  if (/\p{Cc}/u.test(spec)) throw new UsageError('--tree contains a control character.');
  if (spec === 'lab') return { kind: 'lab' };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(spec)?.[1]?.toLowerCase();
  if (scheme !== undefined) {
    if (!schemes.has(scheme)) {
      throw new UsageError(`--tree ${spec}: "${scheme}://" is not supported; known are ${[...schemes].join(', ')}.`);
    }
    return { kind: 'url', url: spec, shown: withoutSecrets(spec) };
  }
  if (/^[a-z0-9-]+::/i.test(spec)) throw new UsageError(`--tree ${spec}: remote helpers are not supported.`);
  // As in git: a colon before the first slash makes it a host, unless the host part begins like an option.
  if (/^[^/:]+:/.test(spec) && !spec.startsWith('-')) return { kind: 'url', url: spec, shown: spec };
  return { kind: 'path', path: spec };
}

const schemes = new Set(['https', 'http', 'ssh', 'git', 'git+ssh', 'file']);

/** Passwords and tokens have no place on the screen or in a log. */
function withoutSecrets(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)([^/@]*)@/i, (_, scheme: string, user: string) =>
    scheme === 'ssh://' ? `${scheme}${user.split(':')[0]}@` : scheme,
  );
}

/** A folder name for the mirror of a URL: readable, and unique by the hash the caller appends. */
export function readableName(url: string): string {
  const name = withoutSecrets(url)
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/\.git\/?$|\/$/, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[-.]+/, '');
  return name.slice(-60).replace(/^[-.]+/, '') || 'tree';
}
