import { quoted, type Reader, readCount } from './values.ts';

/** More virtual machines, or CPUs of one, than any machine is good for. */
const mostGuests = 256;
/** Less does not hold a kernel of today and its first processes. */
const leastMiB = 64;
const mostMiB = 1 << 20;

/** How many guests there are, or how many CPUs each has. */
export const readGuestCount: Reader<number> = (text) => readCount(text, mostGuests);

/** `host` means none. What else there may be, is for those to say who look for kernels. */
export const readKernel: Reader<string> = (text) => {
  const spec = text.trim();
  return spec === ''
    ? { ok: false, problem: 'names no kernel; write a path, an installed version, or host for none' }
    : { ok: true, value: spec };
};

/** `512`, `512M`, `1G`, `1.5GiB` in MiB. */
export const readMemory: Reader<number> = (text) => {
  const match = /^(\d{1,9}(?:\.\d{1,3})?) ?(?:(M|G)(?:i?B)?)?$/i.exec(text.trim());
  if (match === null) return { ok: false, problem: 'is no amount of memory; write MiB like 512, or 1G' };
  const mib = Math.round(Number(match[1]) * (match[2]?.toUpperCase() === 'G' ? 1024 : 1));
  if (mib < leastMiB) return { ok: false, problem: `is too little; a guest needs at least ${leastMiB} MiB` };
  if (mib > mostMiB) return { ok: false, problem: 'is too much; a guest gets at most 1048576 MiB (1024G)' };
  return { ok: true, value: mib };
};

/** Words for the kernel's command line. */
export const readKernelArgs: Reader<string> = (text) => {
  const words = text.trim().split(/\s+/);
  if (/[^\x20-\x7e\s]/.test(text)) return { ok: false, problem: 'has letters that no kernel command line can have' };
  const ours = words.find((word) => /^(?:preempt|init|rdinit)=/.test(word));
  if (ours?.startsWith('preempt=')) {
    return { ok: false, problem: `sets ${quoted(ours)}, which is a part of a condition: use --preempt or a strategy` };
  }
  if (ours !== undefined || words.includes('--')) {
    return { ok: false, problem: `cannot have ${quoted(ours ?? '--')}: a guest begins with flakehunt's own program` };
  }
  return { ok: true, value: words.join(' ') };
};
