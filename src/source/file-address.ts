/** `PT_LOAD` of elf(5). */
const PT_LOAD = 1;

/**
 * The address at which a place in an ELF file is linked: what debug information goes by.
 * @param header the first bytes of the file, with its program headers
 * @returns null for what no segment loads, and for anything but a 64-bit little-endian ELF file
 */
export function linkedAddress(header: Buffer, offset: bigint): bigint | null {
  if (header.length < 64 || header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return null;
  const [start, size, count] = [Number(header.readBigUInt64LE(32)), header.readUInt16LE(54), header.readUInt16LE(56)];
  for (let at = start; at < start + size * count && at + 56 <= header.length; at += size) {
    if (header.readUInt32LE(at) !== PT_LOAD) continue;
    const [from, address, length] = [8, 16, 32].map((field) => header.readBigUInt64LE(at + field));
    if (from === undefined || address === undefined || length === undefined) continue;
    if (offset >= from && offset < from + length) return offset - from + address;
  }
  return null;
}
