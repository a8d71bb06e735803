import { open } from 'node:fs/promises';

/** Of an ELF program header: names the loader that a dynamically linked program needs (elf(5)). */
const ptInterp = 3;

/** Whether a 64-bit little-endian ELF program needs no loader, so that it can be the first process of an empty machine. */
export async function isStatic(program: string): Promise<boolean> {
  const file = await open(program);
  try {
    const head = Buffer.alloc(64);
    await file.read(head, 0, head.length, 0);
    const [size, count] = [head.readUInt16LE(54), head.readUInt16LE(56)];
    const table = Buffer.alloc(size * count);
    await file.read(table, 0, table.length, Number(head.readBigUInt64LE(32)));
    return Array.from({ length: count }, (_, i) => table.readUInt32LE(i * size)).every((type) => type !== ptInterp);
  } finally {
    await file.close();
  }
}
