import { compareVersions } from './version-order.ts';

/** One file of a Debian mirror. */
export interface PackageFile {
  name: string;
  url: string;
  bytes: number;
  sha256: string;
}

/** A kernel that can be had from Debian. */
export interface DebianKernel {
  /** `uname -r`: `6.1.0-50-cloud-amd64`. */
  release: string;
  /** As upstream counts: `6.1.176`. */
  version: string;
  /** `linux-image-6.1.0-50-cloud-amd64`. */
  package: string;
  /** `6.1.176-1`. */
  packageVersion: string;
  suites: string[];
  /** What has to be unpacked for the image and the configuration. */
  files: PackageFile[];
}

/** What a pattern is held against. */
type Named = Pick<DebianKernel, 'release' | 'version' | 'packageVersion'>;

export const flavour = 'cloud-amd64';

/** `6.12.74` of `6.12.74-2~bpo12+1`. */
export function upstreamVersion(packageVersion: string): string {
  return packageVersion.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
}

/** Those that `pattern` (with * and ?) names by version, package version or release, the newest first. A bare `6.1` or `7` is all of it. */
export function matching<T extends Named>(kernels: readonly T[], pattern: string): T[] {
  const glob = globOf(/^\d+(\.\d+)?$/.test(pattern) && !kernels.some(isCalled(pattern)) ? `${pattern}.*` : pattern);
  return newestFirst(kernels.filter((kernel) => namesOf(kernel).some((name) => glob.test(name))));
}

export function newestFirst<T extends Named>(kernels: readonly T[]): T[] {
  return kernels.toSorted(
    (a, b) =>
      compareVersions(b.version, a.version) ||
      compareVersions(b.packageVersion, a.packageVersion) ||
      compareVersions(b.release, a.release),
  );
}

/** Whether it has this very name: no pattern, nothing to look up. */
export function isCalled(name: string): (kernel: Named) => boolean {
  return (kernel) => namesOf(kernel).includes(name);
}

function namesOf({ release, version, packageVersion }: Named): string[] {
  return [version, packageVersion, release, release.replace(new RegExp(`-${flavour}$`), '')];
}

function globOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/[^\w]/g, (sign) => ({ '*': '.*', '?': '.' })[sign] ?? `\\${sign}`);
  return new RegExp(`^${source}$`);
}
