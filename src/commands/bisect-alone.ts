import { UsageError } from '../errors.ts';
import type { BisectFlags } from './bisect-request.ts';

/** A bisect goes on as it was begun; only its time may be new. @throws UsageError */
export function mustBeAlone(flags: BisectFlags): void {
  const other = firstBeside(flags, ['resume', 'time', 'json', 'quiet', 'engine']);
  if (other === null) return;
  throw new UsageError(
    `${other} cannot be given with --resume: a bisect goes on as it was begun, only with more --time. Begin another one for anything else; what is known of equal builds is used.`,
  );
}

/** What was made is printed, nothing else. @throws UsageError */
export function mustPrintOnly(flags: BisectFlags): void {
  const other = firstBeside(flags, ['log', 'quiet']);
  if (other === null) return;
  throw new UsageError(
    `${other} cannot be given with --log, which prints a bisect that was made: \`flakehunt bisect --log BISECT\`, without one the last. \`flakehunt show BISECT --json\` has it as JSON.`,
  );
}

/** What was given beside these flags, as it is to be called; null: nothing. */
function firstBeside(flags: BisectFlags, allowed: (keyof BisectFlags)[]): string | null {
  const { afterDashes, ...rest } = flags;
  const other = Object.entries(rest).find(
    ([name, value]) => !allowed.includes(name as keyof BisectFlags) && value !== undefined,
  );
  if (other === undefined) return afterDashes === null ? null : 'Arguments';
  const flag = other[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return flag === 'test' ? 'A test' : `--${flag}`;
}
