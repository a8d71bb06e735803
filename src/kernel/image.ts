import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../errors.ts';

/** The setup code, in which the header and the version lie, is at most 64 sectors long. */
const headBytes = 65 * 512;

/**
 * `uname -r` of the kernel in a bzImage. Offsets are those of Documentation/arch/x86/boot.rst.
 * @throws UsageError for everything that an x86-64 guest cannot be booted with, with what to give instead.
 */
export async function imageRelease(path: string): Promise<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, headBytes));
    await file.read(head, 0, head.length, 0).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error);
    });
    return releaseIn(head, size, path);
  } finally {
    await file.close();
  }
}

/** 64 hex digits. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** @param head the beginning of the image @param size of the whole */
export function releaseIn(head: Buffer, size: number, path: string): string {
  const other = otherKind(head);
  if (other !== null) throw new UsageError(`${path} is ${other}`);
  if (head.length < 0x264 || head.toString('latin1', 0x202, 0x206) !== 'HdrS') {
    throw new UsageError(`${path} is not a kernel image that can be booted; ${giveBzImage}.`);
  }
  const protocol = head.readUInt16LE(0x206);
  const setupSectors = head[0x1f1] || 4;
  // In units of 16 bytes, the protected-mode code behind the setup code.
  const whole = (setupSectors + 1) * 512 + head.readUInt32LE(0x1f4) * 16;
  if (size < whole) {
    throw new UsageError(`${path} is cut off: ${size} bytes of a kernel image of ${whole}; copy or build it again.`);
  }
  // xloadflags, bit 0 (XLF_KERNEL_64), since protocol 2.12.
  if (protocol < 0x20c || (head.readUInt16LE(0x236) & 1) === 0) {
    throw new UsageError(`${path} is a 32-bit kernel; guests are x86-64 machines: ${giveBzImage} of a 64-bit kernel.`);
  }
  const at = head.readUInt16LE(0x20e) + 0x200;
  const end = head.indexOf(0, at);
  const release = end <= at ? '' : (head.toString('latin1', at, end).split(' ')[0] ?? '');
  if (!/^\d+\.\d+[\w.+~-]*$/.test(release)) {
    throw new UsageError(`${path} does not say which kernel it is; ${giveBzImage} as the kernel's build made it.`);
  }
  return release;
}

const giveBzImage = 'give a bzImage (arch/x86/boot/bzImage of a build tree, or /boot/vmlinuz-VERSION)';

/** What else than a bzImage it is, and what to do; null where nothing speaks against one. */
function otherKind(head: Buffer): string | null {
  if (head.length === 0) return `empty; ${giveBzImage}.`;
  const foreign = foreignArchitecture(head);
  if (foreign !== null) return `a kernel for ${foreign}; guests are x86-64 machines.`;
  if (head.length >= 20 && head.readUInt32BE(0) === 0x7f454c46) {
    return head.readUInt16LE(18) === elfMachines.x86_64
      ? 'an ELF file, a vmlinux perhaps, which has no boot header; give arch/x86/boot/bzImage of the same build tree.'
      : `an ELF file for another machine than x86-64; ${giveBzImage}.`;
  }
  if (head[0] === 0x1f && head[1] === 0x8b) return `compressed with gzip; unpack it first, or ${giveBzImage}.`;
  if (head.toString('latin1', 0, 7) === '!<arch>') {
    return 'a Debian package; unpack it (dpkg-deb -x) and give the vmlinuz in it.';
  }
  return null;
}

const elfMachines = { x86_64: 62 };

/** Magic numbers of Documentation/arch/arm64/booting.rst, riscv/boot-image-header.rst and of EFI images that unpack themselves. */
function foreignArchitecture(head: Buffer): string | null {
  if (head.length < 0x40) return null;
  const magic = head.toString('latin1', 0x38, 0x3c);
  if (magic === 'ARM\x64') return 'arm64';
  if (magic === 'RSC\x05') return 'RISC-V';
  if (head.readUInt32LE(0x24) === 0x016f2818) return 'arm';
  return head.toString('latin1', 4, 8) === 'zimg' ? 'another machine (an EFI zboot image)' : null;
}

function unreadable(path: string, error: NodeJS.ErrnoException): UsageError {
  const { code = error.message } = error;
  if (code === 'ENOENT') return new UsageError(`There is no ${path}.`, { cause: error });
  const advice = code === 'EACCES' ? '; make it readable for you (as root: chmod a+r), or copy it' : '';
  return new UsageError(`Cannot read the kernel ${path} (${code})${advice}.`, { cause: error });
}
