import { type DebianKernel, flavour, type PackageFile, upstreamVersion } from './debian-kernel.ts';

/** The fields of one package that matter here. */
export interface PackageEntry extends PackageFile {
  version: string;
  depends: string;
  suite: string;
}

/** From 6.19 on the image is in linux-binary, its configuration in linux-base, and linux-image is empty. */
const wanted = new RegExp(`^linux-(image|binary|base)-\\d\\S*-${flavour}$`);

/** Collects from a Packages file (deb822) that comes in pieces those that a kernel consists of. */
export function packagesReader(suite: string, mirror: string): { push(text: string): void; end(): PackageEntry[] } {
  const found: PackageEntry[] = [];
  let rest = '';
  const take = (stanza: string) => {
    const entry = parseStanza(stanza, suite, mirror);
    if (entry !== null) found.push(entry);
  };
  return {
    push(text) {
      const stanzas = (rest + text).split('\n\n');
      rest = stanzas.pop() ?? '';
      stanzas.forEach(take);
    },
    end() {
      take(rest);
      return found;
    },
  };
}

function parseStanza(stanza: string, suite: string, mirror: string): PackageEntry | null {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
  // Most of the many packages are none of these; they must cost little.
  if (!stanza.trimStart().startsWith('Package: linux-')) return null;
  const [name, version, path, sha256] = [field('Package'), field('Version'), field('Filename'), field('SHA256')];
  if (!wanted.test(name) || !/^[0-9a-f]{64}$/.test(sha256) || version === '' || path === '') return null;
  const url = `${mirror.replace(/\/+$/, '')}/${path}`;
  return { name, version, url, bytes: Number(field('Size')), sha256, depends: field('Depends'), suite };
}

/** The kernels that these packages make; one that several suites carry is one. What has no image is left out. */
export function kernelsOf(entries: readonly PackageEntry[]): DebianKernel[] {
  const kernels = new Map<string, DebianKernel>();
  for (const image of entries.filter(isImage)) {
    const key = `${image.name} ${image.version} ${image.sha256}`;
    const known = kernels.get(key);
    if (known !== undefined) {
      if (!known.suites.includes(image.suite)) known.suites.push(image.suite);
      continue;
    }
    const files = filesOf(image, entries);
    if (files === null) continue;
    kernels.set(key, {
      release: image.name.replace('linux-image-', ''),
      version: upstreamVersion(image.version),
      package: image.name,
      packageVersion: image.version,
      suites: [image.suite],
      files,
    });
  }
  return [...kernels.values()];
}

/** Not the empty one that depends on the newest of a series (linux-image-6.12-cloud-amd64). */
function isImage({ name, depends }: PackageEntry): boolean {
  return name.startsWith('linux-image-') && !/\blinux-image-\d/.test(depends);
}

/**
 * The image's own package, or those it depends on by its very version; null where the image is not to be had. The
 * configuration of older ones has left the mirror before the image.
 */
function filesOf(image: PackageEntry, entries: readonly PackageEntry[]): PackageFile[] | null {
  const release = image.name.replace('linux-image-', '');
  if (!image.depends.includes(`linux-binary-${release} `)) return [fileOf(image)];
  const part = (kind: string) =>
    entries.find(({ name, version }) => name === `${kind}-${release}` && version === image.version);
  const [binary, base] = [part('linux-binary'), part('linux-base')];
  return binary === undefined ? null : [binary, ...(base === undefined ? [] : [base])].map(fileOf);
}

function fileOf({ name, url, bytes, sha256 }: PackageEntry): PackageFile {
  return { name, url, bytes, sha256 };
}
