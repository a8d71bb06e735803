import type { BisectCommit, BisectHeader } from '../../model/bisect.ts';
import { clip, safe } from '../display-text.ts';
import type { Style } from '../style.ts';

/** Longer subjects are cut off in sentences. */
const longestSubject = 72;

/** What a bisect searches among. */
export function unitOf({ axis }: Pick<BisectHeader, 'axis'>): 'commit' | 'kernel' {
  return axis === undefined ? 'commit' : 'kernel';
}

/** The id as a person pastes it; a kernel goes by its version. */
export function shortId({ commit, name }: Pick<BisectCommit, 'commit'> & { name?: string }): string {
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, 12) : (name ?? commit);
}

/** @example `2d80864d9b62 ("test/msg-ring: give the waiting thread a ring of its own")` */
export function commitText(commit: BisectCommit, style: Style): string {
  return `${shortId(commit)} ("${subjectText(commit, style, longestSubject)}")`;
}

/** The subject, harmless and at most `width` columns wide. */
export function subjectText({ subject }: BisectCommit, style: Style, width: number): string {
  return clip(safe(subject, style.unicode), width, style.ellipsis);
}

/** Of the author date, in the author's own time zone. */
export function dayText({ authorDate }: BisectCommit): string {
  return authorDate.slice(0, 10);
}
