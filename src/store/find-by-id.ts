import { UsageError } from '../errors.ts';

/** Ids that a message names. */
const mostNamed = 5;

/**
 * The one of these that a person means: `last`, an id, or its beginning or four last characters.
 * @param places the newest first
 * @param one what each is, `night`; `start` is the command that makes the first
 * @throws UsageError when there is none or more than one
 */
export function findById<P extends { id: string }>(
  places: readonly P[],
  ref: string,
  { one, start }: { one: string; start: string },
): P {
  const [newest] = places;
  if (newest === undefined) throw new UsageError(`There are no ${one}s yet. Start one with \`${start}\`.`);
  if (ref === 'last') return newest;
  const exact = places.filter(({ id }) => id === ref);
  const found = exact.length > 0 ? exact : places.filter(({ id }) => id.startsWith(ref) || id.endsWith(`-${ref}`));
  const [only, ...others] = found;
  if (only === undefined) throw new UsageError(`There is no ${one} "${ref}". The newest: ${idList(places)}.`);
  if (others.length === 0) return only;
  throw new UsageError(`"${ref}" could be any of ${found.length} ${one}s: ${idList(found)}. Give more of the id.`);
}

function idList(places: readonly { id: string }[]): string {
  return places
    .slice(0, mostNamed)
    .map(({ id }) => id)
    .join(', ');
}
