import { describe, expect, it } from 'vitest';
import { simulatedCell } from '../../search/night/simulated-nights.ts';
import { nightProgress } from './night-progress.ts';

function shown(errTty: boolean) {
  const lines: string[] = [];
  const screen = { err: (text: string) => void lines.push(text), errTty, unicode: true, columns: 80 };
  const progress = nightProgress(screen, { cells: 4, startMs: 0, budgetMs: 60_000 });
  return { lines, progress };
}

describe('the progress of a night', () => {
  it('is a line now and then where there is no terminal', () => {
    const { lines, progress } = shown(false);
    progress.cell(simulatedCell('claim', 'plain', 10, { odd: 1 }));
    progress.cell(simulatedCell('claim', 'plain', 100, { odd: 3 }));
    progress.doing('claim under plain');
    for (let now = 0; now <= 45_000; now += 250) progress.update(now);
    progress.note('something');
    progress.stop();
    progress.update(90_000);
    expect(lines).toEqual([
      '30 s of 60 s, 1 of 4 begun, 100 runs, 1 test failed; claim under plain\n',
      'note: something\n',
    ]);
  });

  it('is one line that is drawn anew on a terminal, and goes', () => {
    const { lines, progress } = shown(true);
    progress.doing('x'.repeat(200));
    for (let now = 0; now <= 600; now += 100) progress.update(now);
    progress.stop();
    expect(lines).toHaveLength(3);
    expect(lines[0]?.startsWith('\r\u001b[K')).toBe(true);
    expect(lines[0]?.length).toBe('\r\u001b[K'.length + 79);
    expect(lines.at(-1)).toBe('\r\u001b[K');
  });

  it('is nothing where nothing is to be shown', () => {
    const progress = nightProgress(null, { cells: 1, startMs: 0, budgetMs: 1 });
    progress.note('x');
    progress.update(1e9);
    progress.stop();
  });
});
