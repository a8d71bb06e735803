import { z } from 'zod';
import { didYouMean } from '../nearest.ts';
import type { Path } from './located-yaml.ts';
import { quoted, type Reader } from './values.ts';

/** What is wrong, as a clause that follows the key's name. */
export interface Complaint {
  path: Path;
  message: string;
}

/** Checks and converts; every complaint, not only the first. */
export function check<T extends z.ZodType>(schema: T, input: unknown): z.output<T> | Complaint[] {
  const result = schema.safeParse(input, { error: wording });
  return result.success ? result.data : complaints(result.error.issues);
}

/** A map that knows all its keys: another one is an error that names the nearest of them. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    // One clause a line, in the order of issue.keys; complaints() takes them apart.
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `unknown key${didYouMean(key, names)}`).join('\n')
        : wording(issue),
  });
}

/** A key without a value is a key left out. */
export function optional<T extends z.ZodType>(schema: T) {
  return z.nullish(schema).transform((given) => given ?? undefined);
}

export function text() {
  return z.string().min(1);
}

/** A text that `read` understands. */
export function value<T>(read: Reader<T>) {
  return z.string().transform((given, context) => {
    const reading = read(given);
    if (reading.ok) return reading.value;
    context.addIssue({ code: 'custom', message: `${quoted(given)} ${reading.problem}` });
    return z.NEVER;
  });
}

/** One of two forms, told apart by whether the input is a map; the complaints are those of the form that was meant. */
export function mapOr<M extends z.ZodType, O extends z.ZodType>(map: M, other: O) {
  return z.unknown().transform((input, context): z.output<M> | z.output<O> => {
    const result = (kindOf(input) === 'a map' ? map : other).safeParse(input, { error: wording });
    if (result.success) return result.data as z.output<M> | z.output<O>;
    for (const { path, message } of complaints(result.error.issues)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
    return z.NEVER;
  });
}

function complaints(issues: readonly z.core.$ZodIssue[]): Complaint[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
    const clauses = issue.message.split('\n');
    return issue.keys.map((key, index) => ({ path: [...issue.path, key], message: clauses[index] ?? 'unknown key' }));
  });
}

const expected: Record<string, string> = { string: 'a text', array: 'a list', object: 'a map', record: 'a map' };

function wording(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => message).join('; ');
  if (issue.code === 'too_small') return issue.origin === 'array' ? 'must not be empty' : 'must not be an empty text';
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.input === undefined) return 'is missing';
  return `must be ${expected[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`;
}

function kindOf(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a map' : 'a text';
}
