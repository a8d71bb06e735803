/** A kernel that a guest can be booted with, on this machine's disk. */
export interface GuestKernel {
  /** As the user named it: a path, an installed version, `deb:6.1.*`. */
  spec: string;
  /** The bootable image (bzImage), absolute. */
  image: string;
  /** `uname -r`, as the image says. */
  release: string;
  /** Name and version of the package it came in (`linux-image-6.1.0-50-cloud-amd64 6.1.176-1`); null: from none. */
  package: string | null;
  /** Of the image, 64 hex digits. */
  sha256: string;
  /** Its build configuration (`CONFIG_X=y` lines), absolute; null: not known. */
  config: string | null;
}

/** What carries out a guest's instructions. tcg: translated, some ten times slower, and other timing. */
export type Accelerator = 'kvm' | 'tcg';

/** One virtual machine; each of `guests` is like this. */
export interface GuestShape {
  cpus: number;
  memoryMiB: number;
  /** Words added to the kernel's command line. */
  kernelArgs: string;
  /** Virtual machines side by side. */
  guests: number;
}

/** The guests of a hunt; part of its header, so that rates of two kernels, or of tcg and kvm, are never taken for alike. */
export interface GuestFacts extends GuestShape {
  kernel: GuestKernel;
  accel: Accelerator;
  /** Of qemu: `7.2.22`. */
  qemu: string;
}
