import { delegatedCgroup } from '../exec/cgroup.ts';

/** Folder of a control group in which groups with a quota may be made: a guest has all of them. Null: none was delegated. */
export function controlGroup(isGuest: boolean): string | null {
  return isGuest ? '/sys/fs/cgroup' : delegatedCgroup();
}
