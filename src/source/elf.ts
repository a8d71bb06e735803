/** One section of an ELF file. */
export interface ElfSection {
  name: string;
  type: number;
  flags: bigint;
  address: bigint;
  size: bigint;
  alignment: bigint;
  /** Empty for one without bytes in the file (`.bss`). */
  content: Buffer;
}

export interface ElfFile {
  /** Machine, kind (program, shared object), word size, entry point, segments: what is loaded how. */
  layout: string;
  sections: ElfSection[];
  /** Shared libraries as they are named in it. */
  needed: string[];
  /** Where they are searched. DT_RUNPATH is the file's own; DT_RPATH also that of what it loads. See ld.so(8). */
  runpath: string[];
  rpath: string[];
}

/** Section is loaded when the program runs. */
export const SHF_ALLOC = 2n;
const SHT_NOBITS = 8;
const SHT_DYNAMIC = 6;
const DT_NEEDED = 1n;
const DT_RPATH = 15n;
const DT_RUNPATH = 29n;

/** Null for anything but an ELF file with section headers. Offsets are those of elf(5), for both word sizes and orders. */
export function readElf(file: Buffer): ElfFile | null {
  if (file.length < 52 || file.readUInt32BE(0) !== 0x7f454c46) return null;
  const wide = file[4] === 2;
  const { u16, u32, word } = readers(file, wide, file[5] === 2);
  const headers = { at: Number(word(wide ? 40 : 32)), size: u16(wide ? 58 : 46), count: u16(wide ? 60 : 48) };
  if (headers.count === 0 || headers.at + headers.size * headers.count > file.length) return null;
  const raw = Array.from({ length: headers.count }, (_, number) => {
    const at = headers.at + number * headers.size;
    const [flags, address, offset, size] = [0, 1, 2, 3].map((field) => word(at + 8 + field * (wide ? 8 : 4)));
    const link = u32(at + (wide ? 40 : 24));
    const alignment = word(at + (wide ? 48 : 32));
    return { name: u32(at), type: u32(at + 4), flags, address, offset, size, link, alignment };
  });
  const contentOf = (number: number): Buffer => {
    const { type, offset = 0n, size = 0n } = raw[number] ?? {};
    return type === SHT_NOBITS ? Buffer.alloc(0) : file.subarray(Number(offset), Number(offset + size));
  };
  const names = contentOf(u16(wide ? 62 : 50));
  const sections = raw.map(({ name, type, flags = 0n, address = 0n, size = 0n, alignment }, number) => {
    return { name: text(names, name), type, flags, address, size, alignment, content: contentOf(number) };
  });
  const dynamic = raw.findIndex(({ type }) => type === SHT_DYNAMIC);
  const entries = dynamic === -1 ? [] : dynamicEntries(contentOf(dynamic), wide, file[5] === 2);
  const strings = contentOf(raw[dynamic]?.link ?? 0);
  const named = (tag: bigint) => entries.filter((entry) => entry.tag === tag).map(({ value }) => text(strings, value));
  const folders = (tag: bigint) => named(tag).flatMap((list) => list.split(':').filter(Boolean));
  const layout = [...file.subarray(4, 8), u16(16), u16(18), word(24), ...segments()].join(' ');
  return { layout, sections, needed: named(DT_NEEDED), runpath: folders(DT_RUNPATH), rpath: folders(DT_RPATH) };

  /** Type, flags, address and sizes; not where it lies in the file, which what is not loaded moves. */
  function segments(): string[] {
    const at = Number(word(wide ? 32 : 28));
    const size = u16(wide ? 54 : 42);
    return Array.from({ length: u16(wide ? 56 : 44) }, (_, number) => {
      const start = at + number * size;
      const flags = u32(start + (wide ? 4 : 24));
      const fields = wide ? [16, 32, 40, 48] : [8, 16, 20, 28];
      return [u32(start), flags, ...fields.map((offset) => word(start + offset))].join(',');
    });
  }
}

function readers(bytes: Buffer, wide: boolean, big: boolean) {
  const u16 = (at: number) => (big ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  const u32 = (at: number) => (big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  const u64 = (at: number) => (big ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
  return { u16, u32, word: (at: number) => (wide ? u64(at) : BigInt(u32(at))) };
}

function dynamicEntries(section: Buffer, wide: boolean, big: boolean): { tag: bigint; value: number }[] {
  const { word } = readers(section, wide, big);
  const size = wide ? 8 : 4;
  return Array.from({ length: Math.floor(section.length / (2 * size)) }, (_, number) => ({
    tag: word(2 * size * number),
    value: Number(word(2 * size * number + size)),
  }));
}

function text(strings: Buffer, at: number): string {
  const end = strings.indexOf(0, at);
  return strings.toString('utf8', at, end === -1 ? undefined : end);
}
