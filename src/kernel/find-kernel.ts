import { UsageError } from '../errors.ts';
import type { GuestKernel } from '../model/kernel.ts';
import { debianKernel } from './debian-pattern.ts';
import { missingOptions, readKernelConfig } from './kernel-config.ts';
import type { KernelContext } from './kernel-context.ts';
import { localKernel } from './local-kernel.ts';

/**
 * The kernel that `spec` names: the path of a bzImage or of a kernel's build tree, the release of an installed kernel
 * (`6.1.0-50-cloud-amd64`), or a pattern for Debian's (`deb:6.1.*`), which is fetched where it is not in the cache.
 * @throws UsageError when there is none, or it cannot be a guest; EnvironmentError when it cannot be fetched or kept.
 */
export async function findKernel(spec: string, context: KernelContext): Promise<GuestKernel> {
  if (spec.trim() === '')
    throw new UsageError('The kernel has no name; give a path, an installed release or deb:6.12.*.');
  const kernel = spec.startsWith('deb:')
    ? await debianKernel(spec.slice(4), context)
    : await localKernel(spec, context);
  const config = kernel.config === null ? null : await readKernelConfig(kernel.config);
  if (config === null) return { ...kernel, config: null };
  const { needed, notes } = missingOptions(config);
  if (needed.length > 0) {
    const options = needed.map((name) => `CONFIG_${name}`).join(', ');
    throw new UsageError(
      `Kernel ${kernel.release} cannot be a guest: its configuration (${kernel.config}) does not build in ${options}; a guest starts from an initramfs and speaks over a serial port. Set ${needed.length === 1 ? 'it' : 'them'} to y and build it again.`,
    );
  }
  for (const note of notes) context.note(`Kernel ${kernel.release}: ${note}`);
  return kernel;
}
