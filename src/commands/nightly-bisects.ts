import { ExpectedError } from '../errors.ts';
import type { NightBisect, NightReport, TestVerdict } from '../model/night.ts';
import type { CommandContext } from '../model/settings.ts';
import { bisectPlaces } from '../store/bisect-log.ts';
import { bisect } from './bisect.ts';
import type { BisectFlags } from './bisect-request.ts';

/** What was searched, and what each search said on the screen. */
export interface NightBisects {
  bisects: NightBisect[];
  text: string;
}

/** A search in less is none. */
const leastMs = 600_000;

/**
 * Looks for the commit of all that is new and not quarantined, one after the other: each may take its part of another
 * night's time, or ten minutes where that is less.
 */
export async function bisectNews(
  { header, verdicts }: Pick<NightReport, 'header' | 'verdicts'>,
  engine: string | undefined,
  context: CommandContext,
): Promise<NightBisects> {
  const news = verdicts.filter(
    ({ verdict, range, quarantine }) => range !== null && verdict !== 'fixed' && quarantine?.state !== 'holds',
  );
  const found: NightBisects = { bisects: [], text: '' };
  const endsMs = performance.now() + header.budgetMs;
  for (const [at, one] of news.entries()) {
    if (context.signal.aborted) break;
    const leftMs = Math.max(leastMs, Math.floor((endsMs - performance.now()) / (news.length - at)));
    const before = newest(context);
    const { exitCode, text } = await quietly(flagsOf(one, header, leftMs, engine), context);
    const id = newest(context);
    found.bisects.push({ test: one.test, bisect: id === before ? null : id, exitCode });
    found.text += `\n${text}`;
  }
  return found;
}

function flagsOf(
  { test, range, comparison }: TestVerdict,
  { revision, suite, guest, conditions, limitMs }: NightReport['header'],
  timeMs: number,
  engine: string | undefined,
): BisectFlags {
  const signature = comparison?.signature?.id;
  return {
    test,
    afterDashes: null,
    good: range?.old ?? '',
    bad: range?.new ?? '',
    suite,
    condition: comparison?.condition ?? conditions[0] ?? 'plain',
    time: `${timeMs}ms`,
    quiet: true,
    ...(revision.tree === null ? {} : { tree: revision.tree }),
    ...(signature === undefined ? {} : { signature }),
    ...(limitMs == null ? {} : { limit: `${limitMs}ms` }),
    ...(engine === undefined ? {} : { engine }),
    ...(guest === null ? {} : guestFlagsOf(guest)),
  };
}

function guestFlagsOf({ kernel, guests, cpus, memoryMiB, kernelArgs }: NonNullable<NightReport['header']['guest']>) {
  return {
    kernel: kernel.spec,
    guests: String(guests),
    guestCpus: String(cpus),
    guestMemory: String(memoryMiB),
    ...(kernelArgs === '' ? {} : { kernelArgs }),
  };
}

/** A bisect that cannot be made ends neither the night nor the next one. */
async function quietly(flags: BisectFlags, context: CommandContext): Promise<{ exitCode: number; text: string }> {
  let text = '';
  const screen = {
    ...context.screen,
    out: (part: string | Uint8Array) => {
      text += typeof part === 'string' ? part : Buffer.from(part).toString('utf8');
    },
  };
  try {
    const exitCode = await bisect(flags, { ...context, screen, kept: () => undefined });
    return { exitCode, text };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { exitCode: error.exitCode, text: `${flags.test}: ${error.message}\n` };
  }
}

function newest({ settings }: CommandContext): string | null {
  return bisectPlaces(settings.paths)[0]?.id ?? null;
}
