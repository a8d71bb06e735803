import type { Check } from '../../model/check.ts';

/** The oldest Node.js that package.json's `engines` allows. */
const oldest = [20, 19] as const;

/** @param version without the `v`: `20.19.0`. */
export function checkNode(version: string): Check {
  const base = { name: 'Node.js', group: 'needed' as const, found: version };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1]))
    return { ...base, state: 'ok', cost: null, remedy: null };
  return {
    ...base,
    state: 'bad',
    cost: 'flakehunt is not tried on it',
    remedy: `Node.js ${oldest.join('.')} or newer`,
  };
}
