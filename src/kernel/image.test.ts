import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { releaseIn } from './image.ts';
import { sampleImage } from './sample-kernel.ts';

const read = (image: Buffer) => releaseIn(image, image.length, '/k/bzImage');

/** An image whose first bytes are those of another kind. */
function other(at: number, bytes: string): Buffer {
  const image = Buffer.alloc(4096);
  image.write(bytes, at, 'latin1');
  return image;
}

describe('the release in a bzImage', () => {
  it.each(['6.1.0-50-cloud-amd64', '7.3.4+deb13-cloud-amd64', '6.19.0-rc3-00012-g1234abcd-dirty', '5.4.0'])(
    'is %s',
    (release) => {
      expect(read(sampleImage(release))).toBe(release);
    },
  );

  it.each<[string, Buffer, RegExp]>([
    ['a 32-bit one', sampleImage('6.1.0', { flags: 0 }), /is a 32-bit kernel.*64-bit/],
    ['one before 2.12 of the boot protocol', sampleImage('3.2.0', { protocol: 0x20a }), /is a 32-bit kernel/],
    ['one that is cut off', sampleImage().subarray(0, 3000), /is cut off: 3000 bytes .* of 3584/],
    ['one cut off in its header', sampleImage().subarray(0, 0x220), /is not a kernel image.*give a bzImage/],
    ['an empty file', Buffer.alloc(0), /is empty/],
    ['one byte', Buffer.alloc(1), /is not a kernel image/],
    ['a text', Buffer.from('#!/bin/sh\n'.repeat(100)), /is not a kernel image/],
    ['an arm64 image', other(0x38, 'ARM\x64'), /kernel for arm64; guests are x86-64/],
    ['a RISC-V image', other(0x38, 'RSC\x05'), /kernel for RISC-V/],
    ['an arm image', other(0x24, '\x18\x28\x6f\x01'), /kernel for arm;/],
    ['an EFI zboot image', other(0, 'MZ\0\0zimg'), /kernel for another machine/],
    ['a vmlinux', other(0, `\x7fELF\x02\x01${'\0'.repeat(12)}\x3e`), /ELF file.*give arch\/x86\/boot\/bzImage/],
    ['a foreign ELF file', other(0, `\x7fELF\x02\x01${'\0'.repeat(12)}\xb7`), /ELF file for another machine/],
    ['a packed one', other(0, '\x1f\x8b\x08'), /compressed with gzip/],
    ['a package', other(0, '!<arch>\ndebian-binary'), /Debian package.*dpkg-deb -x/],
    ['one without a release', sampleImage('\0'), /does not say which kernel it is/],
    ['one with nonsense for it', sampleImage('../../etc'), /does not say which kernel it is/],
  ])('%s is refused with the way out', (_, image, message) => {
    expect(() => read(image)).toThrow(UsageError);
    expect(() => read(image)).toThrow(message);
  });
});
