import { expect, it } from 'vitest';
import { nextCommands } from './next-commands.ts';
import { armHunts } from './sample-arms.ts';
import { case1135, pass, sampleSummary } from './sample-summary.ts';

const clean = [{ count: 100, judgement: pass }];

function commands(...of: Parameters<typeof sampleSummary>): string[] {
  const summary = sampleSummary(...of);
  return nextCommands(summary, summary.ended === null ? 'killed' : 'ended').map(({ command }) => command);
}

it('shows the first failing run, and looks for the commit', () => {
  expect(commands([...clean, { count: 2, judgement: case1135 }])).toEqual([
    'flakehunt show 251123-msg-ring-k3f9:101',
    expect.stringMatching(/^flakehunt bisect msg-ring --tree \S+ --bad [0-9a-f]{12}$/),
  ]);
});

it('looks for no commit where there is no history', () => {
  const failing = [...clean, { count: 2, judgement: case1135 }];
  const bare = { tree: null, commit: null, name: null, subject: null, date: null, treeId: null };
  expect(commands(failing, { revision: bare, build: null })).toEqual(['flakehunt show 251123-msg-ring-k3f9:101']);
});

it('leaves replaying to the section of the signature, which tells how', () => {
  const hunt = armHunts['only when provoked'];
  expect(nextCommands(hunt, 'ended').map(({ command }) => command)).toEqual([
    expect.stringMatching(/^flakehunt show 251123-msg-ring-k3f9:\d+$/),
    expect.stringMatching(/^flakehunt bisect /),
  ]);
});

it('hunts longer, or on other CPUs, what nothing provoked', () => {
  const hunt = armHunts['nothing found'];
  expect(nextCommands(hunt, 'ended')).toEqual([
    { command: expect.stringMatching(/^flakehunt run --resume \S+ --loops 40000$/), why: 'goes on, ten times as long' },
    { command: 'flakehunt run msg-ring.t --time 20s --pin shuffle', why: expect.any(String) },
  ]);
});

it('goes on with a hunt that was interrupted, broken or killed', () => {
  const resume = 'flakehunt run --resume 251123-msg-ring-k3f9';
  expect(commands(clean, {}, { reason: 'interrupted' })).toEqual([resume]);
  expect(commands(clean, {}, { reason: 'error' })).toEqual([resume]);
  expect(commands(clean, {}, null)).toEqual([resume]);
  expect(commands([{ count: 1, judgement: case1135 }], {}, null)).toContain(resume);
});

it('looks again later at a hunt that is still on, which cannot be resumed', () => {
  const again = 'flakehunt show 251123-msg-ring-k3f9';
  const running = (runs: Parameters<typeof sampleSummary>[0]) =>
    nextCommands(sampleSummary(runs, {}, null), 'running').map(({ command }) => command);
  expect(running([])).toEqual([again]);
  expect(running(clean)).toEqual([again]);
  expect(running([{ count: 1, judgement: case1135 }])).toEqual([
    `${again}:1`,
    expect.stringMatching(/^flakehunt bisect /),
    again,
  ]);
});

it('hunts longer, or provokes, after a clean hunt', () => {
  expect(commands(clean)).toEqual([
    'flakehunt run --resume 251123-msg-ring-k3f9 --loops 1000',
    'flakehunt run msg-ring.t --loops 10000 --strategy auto',
  ]);
});

it('rounds the number of runs up', () => {
  expect(commands([{ count: 2659, judgement: pass }])[0]).toMatch(/ --loops 30000$/);
});

it('repeats a command as a shell must read it, its own flags before the dashes', () => {
  const commandLine = ['flakehunt', 'run', '--time', '5m', '--', './a b', "it's", '--pin'];
  expect(commands(clean, { commandLine })).toContain(
    "flakehunt run --time 5m --strategy auto -- './a b' 'it'\\''s' --pin",
  );
});

it('does not choose again what the user chose', () => {
  for (const flag of ['--pin', '--pin=one', '--resume', '--strategy', '--chaos']) {
    expect(commands(clean, { commandLine: ['flakehunt', 'run', 'poll', flag, 'one'] })).toHaveLength(1);
  }
});

it('asks the doctor where nothing could be learned', () => {
  const nothing = (verdict: 'skip' | 'invalid') => [
    { count: 20, judgement: { verdict, signature: null, known: null, reason: 'refused' } },
  ];
  expect(commands(nothing('invalid'))).toEqual(['flakehunt doctor', 'flakehunt show 251123-msg-ring-k3f9:1']);
  expect(commands(nothing('skip'))).toEqual(['flakehunt show 251123-msg-ring-k3f9:1', 'flakehunt doctor']);
});
