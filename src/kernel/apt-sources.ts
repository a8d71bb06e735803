import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One entry of apt's sources that packages come from. */
export interface AptSource {
  uri: string;
  suites: string[];
  components: string[];
  /** Path of a keyring, fingerprints, or a key itself (lines as in the deb822 form); null: apt's trusted keys. */
  signedBy: string | null;
  trusted: boolean;
}

export type Mirror = Pick<AptSource, 'uri' | 'signedBy' | 'trusted'>;

/** Where this machine gets Debian from; null where it does not. */
export interface DebianMirrors {
  main: Mirror | null;
  security: Mirror | null;
}

/** Entries of /etc/apt/sources.list and sources.list.d below `etc`; what cannot be read is left out. */
export async function readAptSources(etc = '/etc/apt'): Promise<AptSource[]> {
  const parts = join(etc, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).filter((name) => /^[\w.-]+\.(list|sources)$/.test(name));
  const paths = [join(etc, 'sources.list'), ...names.toSorted().map((name) => join(parts, name))];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
  const sources = texts.flatMap((text, i) => (paths[i]?.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text)));
  return await Promise.all(sources.map(async (source) => ({ ...source, uri: await mirrorOf(source.uri) })));
}

/** Images for clouds name a file with a list of mirrors, the preferred first (apt-transport-mirror(1)). */
async function mirrorOf(uri: string): Promise<string> {
  const list = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(uri)?.[1];
  const lines = list === undefined ? '' : await readFile(list, 'utf8').catch(() => '');
  return /^[a-z+]+:\S+/m.exec(lines)?.[0] ?? uri;
}

/** `deb [signed-by=/x.gpg arch=amd64] http://host/debian bookworm main`, a line each (sources.list(5)). */
export function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*?)\s*$/.exec(line.replace(/#.*$/, ''));
    if (match === null) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const option = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`, 'i').exec(options)?.[1] ?? null;
    return {
      uri,
      suites: [suite],
      components: words(components),
      signedBy: option('signed-by'),
      trusted: option('trusted') === 'yes',
    };
  });
}

/** Stanzas of fields, one entry for each of the URIs. */
export function parseDeb822(text: string): AptSource[] {
  const stanzas = text.replaceAll(/^#.*\n?/gm, '').split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = new Map(
      [...stanza.matchAll(/^([\w-]+):(.*(?:\n[ \t].*)*)/gm)].map(([, name = '', value = '']) => [
        name.toLowerCase(),
        value.replace(/^[ \t]+/, '').trimEnd(),
      ]),
    );
    const field = (name: string) => fields.get(name) ?? '';
    if (!words(field('types')).includes('deb') || /^(no|false|0)$/i.test(field('enabled'))) return [];
    return words(field('uris')).map((uri) => ({
      uri,
      suites: words(field('suites')),
      components: words(field('components')),
      signedBy: field('signed-by') || null,
      trusted: field('trusted').toLowerCase() === 'yes',
    }));
  });
}

const codenames = ['buster', 'bullseye', 'bookworm', 'trixie', 'forky', 'duke', 'sid'];
const aliases = ['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable'];
const release = new RegExp(`^(?:${[...codenames, ...aliases].join('|')})(-updates|-backports|-security|/updates)?$`);

/**
 * The mirrors among apt's sources. Others also name their suites after Debian's, so the one with most of Debian's suites
 * and its name in the address counts.
 */
export function debianMirrors(sources: readonly AptSource[]): DebianMirrors {
  return { main: best(sources, false), security: best(sources, true) };
}

function best(sources: readonly AptSource[], security: boolean): Mirror | null {
  const found = new Map<string, { source: AptSource; score: number }>();
  for (const source of sources) {
    const suites = source.suites.filter((suite) => isDebian(suite, security));
    if (suites.length === 0 || !source.components.includes('main') || /^(cdrom|mirror)/.test(source.uri)) continue;
    const before = found.get(source.uri) ?? { source, score: /debian/.test(source.uri) ? 10 : 0 };
    found.set(source.uri, { ...before, score: before.score + suites.length });
  }
  const [first] = [...found.values()].sort((a, b) => b.score - a.score);
  return first?.source ?? null;
}

function isDebian(suite: string, security: boolean): boolean {
  const match = release.exec(suite);
  return match !== null && /security|\/updates/.test(match[1] ?? '') === security;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
