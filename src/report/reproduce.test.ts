import { expect, it } from 'vitest';
import { replayElsewhere, replayHere } from './reproduce.ts';
import { sampleHeader } from './sample-summary.ts';

const again = { run: 17, seed: '00112233aabbccdd', condition: 'chaos:pct:2:25' };
const drawn = 'flakehunt replay --seed 00112233aabbccdd --condition chaos:pct:2:25 --as-run 17';
const header = sampleHeader();

it('names the hunt and the run where they are kept', () => {
  expect(replayHere(header, 17)).toBe('flakehunt replay 251123-msg-ring-k3f9:17');
});

it('holds all that another machine needs', () => {
  expect(replayElsewhere(header, again)).toBe(
    `${drawn} msg-ring --tree https://github.com/axboe/liburing --rev 1cbd4cffa881`,
  );
});

it('names a suite that the tree does not tell, and arguments behind dashes', () => {
  const suiteDefinition = { ...header.suiteDefinition, command: ['{artifact}', '-v'] };
  const own = { ...header, suite: 'mine', suiteDefinition, argv: ['/cache/a b.t', '-v', 'x y', '--z'] };
  expect(replayElsewhere(own, again)).toMatch(/ --rev 1cbd4cffa881 --suite mine -- 'x y' --z$/);
});

it("names a time limit that is not the suite's", () => {
  expect(replayElsewhere({ ...header, limitMs: 1500 }, again)).toMatch(/ --as-run 17 --limit 1500ms msg-ring /);
});

it.each([
  ['uncommitted work', { name: 'worktree' }, /--rev worktree$/],
  ['a plain folder', { name: 'folder', commit: null, tree: '/src/my tests' }, /msg-ring --tree '\/src\/my tests'$/],
])('of %s names what there is', (_, changes, expected) => {
  expect(replayElsewhere({ ...header, revision: { ...header.revision, ...changes } }, again)).toMatch(expected);
});

it('of a bare command is the command', () => {
  const revision = { ...header.revision, tree: null, commit: null, name: null };
  const bare = { ...header, suite: 'command', revision, argv: ['/home/user/a.out', "it's"] };
  expect(replayElsewhere(bare, again)).toBe(`${drawn} -- /home/user/a.out 'it'\\''s'`);
  expect(replayElsewhere({ ...bare, suite: 'mine' }, again)).toBe(
    `${drawn} --suite mine -- /home/user/a.out 'it'\\''s'`,
  );
});
