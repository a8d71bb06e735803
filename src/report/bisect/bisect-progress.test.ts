import { describe, expect, it } from 'vitest';
import { displayWidth } from '../display-text.ts';
import { createBisectProgress, createConfirmProgress } from './bisect-progress.ts';
import { progressOfBisect, progressOfConfirm } from './bisect-progress-line.ts';
import { bisects, confirms, sampleBisect, sampleConfirm, sampleRows } from './sample-bisect.ts';

const wipe = '\r\u001b[K';
const running = bisects['not over yet'] ?? expect.fail();
const wide = { columns: 160, color: false, unicode: true };

function screenOf(errTty: boolean) {
  const written: string[] = [];
  return { written, err: (text: string) => void written.push(text), errTty, color: false, unicode: false, columns: 80 };
}

describe('line of a bisect', () => {
  it('tells what is left, the likeliest, what was spent and what is done', () => {
    expect(progressOfBisect(running, 200_000, wide)).toBe(
      'bisect  1 of 63 commits left · 99.2 % 3188ea6c3188 · 4120 runs · 7 builds · 3 min 20 s · running 3188ea6c3188 3 of 200',
    );
  });

  it('knows no numbers before there is a posterior', () => {
    const summary = sampleBisect({ rows: sampleRows(64, {}, {}), activity: 'calibrating' });
    expect(progressOfBisect(summary, 1000, wide)).toBe('bisect  63 commits · 4120 runs · 7 builds · 1 s · calibrating');
  });

  it.each([20, 30, 40, 60, 79, 120])('fits %d columns', (columns) => {
    for (const summary of Object.values(bisects)) {
      expect(displayWidth(progressOfBisect(summary, 200_000, { ...wide, columns }))).toBeLessThanOrEqual(columns);
    }
    for (const summary of Object.values(confirms)) {
      expect(displayWidth(progressOfConfirm(summary, 200_000, { ...wide, columns }))).toBeLessThanOrEqual(columns);
    }
  });
});

it('tells of a comparison what was seen on both sides', () => {
  const few = sampleConfirm({ after: confirms.interrupted?.after ?? expect.fail() });
  expect(progressOfConfirm(few, 12_000, wide)).toBe(
    'confirm  before 12 of 800 · after 0 of 100 · "gone" needs 363 clean runs · 12 s',
  );
});

describe('on a terminal', () => {
  it('redraws one line, four times a second at most, and removes it', () => {
    const screen = screenOf(true);
    const progress = createBisectProgress(screen, { columns: 95 });
    progress.start(running, 1000);
    progress.update({ ...running, spent: { ...running.spent, runs: 5000 } }, 1100);
    progress.update({ ...running, spent: { ...running.spent, runs: 5001 } }, 1300);
    progress.note('a build failed');
    progress.stop();
    progress.stop();
    const first = 'bisect  1 of 63 commits left, 99.2 % 3188ea6c3188, 4120 runs, running 3188ea6c3188 3 of 200';
    const second = first.replace('4120', '5001');
    expect(screen.written).toEqual([
      `${wipe}${first}`,
      `${wipe}${second}`,
      `${wipe}note: a build failed\n${second}`,
      wipe,
    ]);
  });
});

describe('elsewhere', () => {
  it('writes a line every 30 s, whole', () => {
    const screen = screenOf(false);
    const progress = createConfirmProgress(screen);
    const summary = sampleConfirm();
    progress.start(summary, 0);
    progress.update(summary, 29_000);
    progress.update(summary, 30_000);
    progress.update(summary, 31_000);
    progress.note('half of it');
    progress.stop();
    progress.update(summary, 90_000);
    expect(screen.written).toEqual([
      'confirm  before 12 of 800, after 0 of 1534, "gone" needs 363 clean runs, 71 s\n',
      'note: half of it\n',
    ]);
  });
});
