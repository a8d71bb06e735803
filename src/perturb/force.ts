import { UsageError } from '../errors.ts';
import type { Force } from '../model/condition.ts';
import { classesText, readClasses, usualClasses } from './call-classes.ts';
import { spanText, spanUs } from './span.ts';

/** How the arm is written, for messages. */
export const forceForm = 'force:order|interleave:done|release[:OFFSET]:EVENT<EVENT';

/** PEDIGREE/EPOCH:CALL:SITE:K, as in traces. */
const event = String.raw`0(?:\.[1-9]\d*)*/\d+:[a-z]\w*:[0-9a-f]{1,3}:\d+`;

const whole = new RegExp(
  `^force:(order|interleave):(done|release)(?::(\\d+[a-z]+))?:(${event})<(${event})(?:/([^/]*))?$`,
);

/**
 * Reads `force:order:done:1ms:0.1/0:read:45b:0<0/1:write:1f0:2/sync`: the first event before the second. Throws UsageError.
 */
export function readForce(text: string): Force {
  const [, mode, after, offset, first = '', second = '', classes] = whole.exec(text) ?? [];
  if (first === '') {
    const example = 'with events named as in traces, such as 0.1/0:read:45b:0';
    throw new UsageError(`"${text}" is not how this arm of chaos is written: ${forceForm}, ${example}.`);
  }
  if (first === second) throw new UsageError(`"${first}" cannot be forced to come before itself.`);
  return {
    arm: 'force',
    classes: classes === undefined ? [...usualClasses] : readClasses(classes),
    first,
    second,
    mode: mode === 'interleave' ? 'interleave' : 'order',
    after: after === 'release' ? 'release' : 'done',
    offsetUs: offset === undefined ? 0 : spanUs(offset, 'an offset between two events'),
  };
}

/** The text that readForce reads as this. */
export function forceText({ classes, first, second, mode, after, offsetUs }: Force): string {
  const offset = offsetUs === 0 ? '' : `:${spanText(offsetUs)}`;
  return `force:${mode}:${after}${offset}:${first}<${second}${classesText(classes)}`;
}
