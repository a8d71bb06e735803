import { isSplatHeadline } from '../../oracle/reports/kernel-splat.ts';
import { visible } from '../../oracle/visible.ts';

/** A run whose beginning the guest's supervisor marked on the console (PROTOCOL.md, `mark`). */
export interface Mark {
  run: number;
  worker: number;
  pid: number;
}

/** What a guest's console tells once the guest is gone. */
export interface ConsoleStory {
  /** The latest of each worker, the latest of all last. */
  marks: Mark[];
  /** From the headline of the first splat after the last mark; null: the kernel went without a word. */
  splat: string | null;
}

const markForm = /flakehunt: run (\d+) worker (\d+) pid (\d+)\s*$/;

export function readConsole(text: string): ConsoleStory {
  const lines = text.split(/\r*\n/);
  const latest = new Map<number, Mark>();
  let headline: number | null = null;
  for (const [at, line] of lines.entries()) {
    const mark = markForm.exec(line);
    if (mark !== null) {
      const [run = 0, worker = 0, pid = 0] = mark.slice(1).map(Number);
      latest.delete(worker);
      latest.set(worker, { run, worker, pid });
      // A warning of an earlier run: its worker has told of it.
      headline = null;
    } else if (headline === null && isSplatHeadline(line)) headline = at;
  }
  const splat =
    headline === null
      ? null
      : lines
          .slice(headline)
          .filter((line) => !markForm.test(line))
          .join('\n');
  return { marks: [...latest.values()], splat };
}

/**
 * The run that a splat is about: the one whose process it names (`CPU: 1 PID: 234 Comm: ...`), else the one that began
 * last. Null where no run had begun.
 */
export function runOf({ marks, splat }: ConsoleStory): Mark | null {
  const pids = [...(splat ?? '').matchAll(/\bPID: ?(\d+)\b/g)].map(([, pid]) => Number(pid));
  return marks.find(({ pid }) => pids.includes(pid)) ?? marks.at(-1) ?? null;
}

/** Why a guest did not come up, as far as its console says; the last lines of it where nothing is recognised. */
export function whyNoBoot(console: string): string {
  const known = bootTroubles.find(({ said }) => said.test(console));
  if (known !== undefined) return known.why;
  const lines = console.split(/\r*\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0)
    return 'its console stayed empty: the kernel has no serial console (CONFIG_SERIAL_8250_CONSOLE), or it is no kernel for this kind of machine';
  return `the last it said was: ${visible(lines.slice(-3).join(' / '))}`;
}

const bootTroubles = [
  {
    said: /Initramfs unpacking failed: write error|Out of memory|not enough memory|System is deadlocked on memory/i,
    why: 'its memory is too small; give it more with --guest-memory',
  },
  {
    said: /Initramfs unpacking failed: (?:invalid magic|compression method)|RAMDISK: .* not configured/i,
    why: 'it cannot unpack a file system that is compressed with gzip (CONFIG_RD_GZIP)',
  },
  {
    said: /Unable to mount root fs|No working init found|VFS: Cannot open root device/i,
    why: 'it found no init: it was built without support for an initramfs (CONFIG_BLK_DEV_INITRD), or not for this kind of program',
  },
  { said: /flakehunt: no second serial port/, why: 'it has no second serial port (CONFIG_SERIAL_8250_NR_UARTS)' },
];
