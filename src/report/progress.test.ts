import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress } from './progress.ts';
import { case1135, pass, sampleSummary } from './sample-summary.ts';

/** Standard error as a terminal: what was written, and the width. */
function terminal(columns: number) {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  });
  const take = () => {
    const text = written;
    written = '';
    return text;
  };
  return Object.assign(stream, { isTTY: true, columns, take });
}

function screenOf(errTty: boolean) {
  const lines: string[] = [];
  const err = (text: string) => void lines.push(text);
  return { lines, err, errTty, color: false, unicode: false, columns: 80 };
}

const few = sampleSummary([{ count: 1000, judgement: pass }], {}, null);
const more = sampleSummary(
  [
    { count: 2000, judgement: pass },
    { count: 3, judgement: case1135 },
  ],
  {},
  null,
);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('on a terminal', () => {
  function begin(columns = 80) {
    const stderr = terminal(columns);
    const progress = createProgress(screenOf(true), stderr as unknown as NodeJS.WriteStream);
    progress.start(few, 0);
    return { stderr, progress };
  }

  it('hides the cursor and gives it back once', () => {
    const { stderr, progress } = begin();
    expect(stderr.take()).toContain('\u001b[?25l');
    progress.stop();
    expect(stderr.take()).toContain('\u001b[?25h');
    progress.stop();
    expect(stderr.take()).toBe('');
  });

  it('gives the cursor back when the process ends without having stopped it', () => {
    const listeners = process.listenerCount('exit');
    const { stderr, progress } = begin();
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    stderr.take();
    for (const listener of process.listeners('exit').slice(listeners)) (listener as () => void)();
    expect(stderr.take()).toContain('\u001b[?25h');
    progress.stop();
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  it('redraws at most four times a second, with what came last', () => {
    const { stderr, progress } = begin();
    stderr.take();
    let draws = 0;
    for (let ms = 10; ms <= 1000; ms += 10) {
      progress.update(ms < 900 ? few : more, ms);
      vi.advanceTimersByTime(10);
      if (stripVTControlCharacters(stderr.take()).includes('runs')) draws++;
    }
    expect(draws).toBeLessThanOrEqual(4);
    progress.update(more, 1000);
    vi.advanceTimersByTime(250);
    progress.stop();
  });

  it('fits a window that becomes narrow', () => {
    const { stderr, progress } = begin(160);
    stderr.columns = 40;
    stderr.take();
    progress.update(more, 1000);
    vi.advanceTimersByTime(300);
    expect(stripVTControlCharacters(stderr.take())).toBe('2003 of 10000 runs  3 fail');
    progress.stop();
  });

  it('keeps notes above the line, wrapped, and cannot be harmed by them', () => {
    const { stderr, progress } = begin();
    stderr.take();
    progress.note(`class table full, ${'sampling '.repeat(10)}\u001b[2J`);
    const text = stripVTControlCharacters(stderr.take());
    expect(text.split('\n').map((line) => line.length)).toEqual([77, 35, expect.any(Number)]);
    expect(text).toMatch(/^note: class table full/);
    progress.stop();
  });
});

describe('elsewhere', () => {
  it('says one line every 30 s', () => {
    const screen = screenOf(false);
    const progress = createProgress(screen);
    progress.start(few, 1000);
    for (let ms = 1000; ms < 92_000; ms += 100) progress.update(ms < 40_000 ? few : more, ms);
    progress.stop();
    expect(screen.lines).toHaveLength(3);
    expect(screen.lines[0]).toBe('1000 of 10000 runs, 250/s, no failure, rate below 0.30 %, 36 s left\n');
    expect(screen.lines[2]).toMatch(/^2003 of 10000 runs, 250\/s, 3 fail .*, most often wait cqe -17/);
  });

  it('says notes at once', () => {
    const screen = screenOf(false);
    createProgress(screen).note('class table full\r');
    expect(screen.lines).toEqual(['note: class table full^M\n']);
  });
});
