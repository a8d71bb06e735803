/** Facts of the machine that can matter to a flake; part of every hunt's header. */
export interface MachineFacts {
  hostname: string;
  kernel: string;
  arch: string;
  distribution: string;
  cpuModel: string;
  cpusOnline: number;
  cpusAllowed: number[];
  memoryMiB: number;
  /** `kvm`, `firecracker`, `docker`, ... or null on bare metal. */
  virtualization: string | null;
  governor: string | null;
  loadAverage: [number, number, number];
  /** Value of kernel.io_uring_disabled, or null where the kernel has no such setting. */
  ioUringDisabled: number | null;
  /** What io_uring_setup answered: `ok`, or an errno's name. */
  ioUring: string;
  memlockKiB: number | null;
  corePattern: string;
  uid: number;
  nodeVersion: string;
}
