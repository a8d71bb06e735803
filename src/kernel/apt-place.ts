import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import { type DebianMirrors, debianMirrors, type Mirror, readAptSources } from './apt-sources.ts';
import type { KernelContext } from './kernel-context.ts';
import { runCommand } from './run-command.ts';

/** Suites that have kernels, oldest release first; a mirror need not carry all. */
const mainSuites = ['bookworm', 'bookworm-backports', 'trixie', 'trixie-backports', 'sid'];
const securitySuites = ['bookworm-security', 'trixie-security'];

export const kernelSuites: readonly string[] = [...mainSuites, ...securitySuites];

export interface AptPlace {
  /** Environment in which apt knows this place and nothing of the system's. */
  env: Record<string, string>;
  mirrors: DebianMirrors;
}

/**
 * Makes `folder` a place in which apt works by itself: its lists, state and settings are there. Of the system only what it
 * takes to reach the mirror is used: where it is, its keys, proxies and passwords.
 * @throws EnvironmentError when there is no apt, or it has no Debian mirror.
 */
export async function makeAptPlace(folder: string, context: KernelContext): Promise<AptPlace> {
  const settings = await acquireSettings(folder, context);
  const mirrors = debianMirrors(await readAptSources());
  if (mirrors.main === null) {
    throw new EnvironmentError(
      "None of apt's sources (/etc/apt/sources.list, sources.list.d) is a Debian mirror, so Debian's kernels cannot be fetched; give the path of a bzImage instead.",
    );
  }
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'etc/sources.d', 'etc/parts']) {
    makeFolders(join(folder, name));
  }
  await writeFile(join(folder, 'state/status'), '');
  await writeFile(join(folder, 'etc/sources.d/debian.sources'), sourcesText(mirrors));
  await writeFile(join(folder, 'apt.conf'), [...(await ownSettings(folder)), ...settings, ''].join('\n'));
  return { env: { ...aptEnvironment(context), APT_CONFIG: join(folder, 'apt.conf') }, mirrors };
}

/** How the system reaches its mirrors; of its other settings none. */
async function acquireSettings(folder: string, context: KernelContext): Promise<string[]> {
  const env = aptEnvironment(context);
  const dump = await runCommand(['apt-config', 'dump'], { cwd: folder, env, signal: context.signal });
  if (dump.code === 'ENOENT') {
    throw new EnvironmentError(
      'This system has no apt, by which Debian kernels are fetched; give the path of a bzImage (arch/x86/boot/bzImage of a build tree, or /boot/vmlinuz-VERSION) instead.',
    );
  }
  return transportSettings(dump.stdout);
}

/** Lines of `apt-config dump` that say how to reach a mirror. */
export function transportSettings(dump: string): string[] {
  return dump
    .split('\n')
    .filter((line) => /^Acquire::(\w+::)?(https?|ftp|Proxy|Retries|ForceIPv[46])\b.*;$/i.test(line));
}

function aptEnvironment({ env }: KernelContext): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => /^(PATH|HOME|APT_CONFIG|\w+_proxy)$/i.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C.UTF-8' };
}

async function ownSettings(folder: string): Promise<string[]> {
  const passwords = await Promise.all(
    ['auth.conf', 'auth.conf.d'].map(async (name) => ((await readable(`/etc/apt/${name}`)) ? `/etc/apt/${name}` : '')),
  );
  const settings = {
    Dir: folder,
    'Dir::State': `${folder}/state`,
    'Dir::State::status': `${folder}/state/status`,
    'Dir::Cache': `${folder}/cache`,
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'Dir::Etc': `${folder}/etc`,
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': `${folder}/etc/sources.d`,
    'Dir::Etc::parts': `${folder}/etc/parts`,
    'Dir::Etc::trusted': '/etc/apt/trusted.gpg',
    'Dir::Etc::trustedparts': '/etc/apt/trusted.gpg.d',
    'Dir::Etc::netrc': passwords[0] || `${folder}/etc/auth.conf`,
    'Dir::Etc::netrcparts': passwords[1] || `${folder}/etc/auth.conf.d`,
    'APT::Architecture': 'amd64',
    'Acquire::Languages': 'none',
    // The lists are read once and thrown away: kept packed, and not made into apt's own caches.
    'Acquire::GzipIndexes': 'true',
    'pkgCacheFile::Generate': 'false',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '20',
    'Acquire::https::Timeout': '20',
  };
  // In a user namespace root may be refused what apt does to become a lesser user (user_namespaces(7)).
  const refused = (await readFile('/proc/self/setgroups', 'utf8').catch(() => '')).trim() === 'deny';
  if (refused) Object.assign(settings, { 'APT::Sandbox::User': 'root' });
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
  return [...lines, 'APT::Architectures { "amd64"; };'];
}

/** In the deb822 form. Old suites go on being signed after the date until which their Release file is valid. */
function sourcesText({ main, security }: DebianMirrors): string {
  return [
    ...(main === null ? [] : mainSuites.map((suite) => stanza(main, suite))),
    ...(security === null ? [] : securitySuites.map((suite) => stanza(security, suite))),
  ].join('\n');
}

function stanza({ uri, signedBy, trusted }: Mirror, suite: string): string {
  const lines = ['Types: deb', `URIs: ${uri}`, `Suites: ${suite}`, 'Components: main', 'Check-Valid-Until: no'];
  if (signedBy !== null) lines.push(`Signed-By: ${signedBy}`);
  if (trusted) lines.push('Trusted: yes');
  return `${lines.join('\n')}\n`;
}

async function readable(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
