import { describe, expect, it } from 'vitest';
import { simulatedCell } from '../../search/night/simulated-nights.ts';
import { nightJson } from './night-json.ts';
import { renderNight } from './night-text.ts';
import { sampleReport } from './sample-report.ts';

const screen = { columns: 80, color: false, unicode: true };

describe('a night on the screen', () => {
  it('tells what is new first, with rate, commits and commands', () => {
    expect(renderNight(sampleReport(), screen)).toMatchSnapshot();
  });

  it('fits a narrow terminal without colours and Unicode', () => {
    const text = renderNight(sampleReport(), { columns: 60, color: false, unicode: false });
    const prose = text.split('\n').filter((line) => !line.includes('flakehunt '));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(60);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what may not be there.
    expect(text).toMatch(/^[\x0a\x20-\x7e]*$/);
  });

  it('says what was not learnt, and why', () => {
    const idle = { ...simulatedCell('bad', 'plain', 0, {}), reason: 'it cannot be built: \u001b[31mno' };
    const reason = 'all of its runs were made under overload';
    const apart = { ...simulatedCell('calm', 'plain', 0, {}), overloaded: { runs: 9, failures: 2 }, reason };
    const text = renderNight(sampleReport({ cells: [idle, apart], notes: ['no chaos here'] }), screen);
    expect(text).toContain('1 test taught nothing: it cannot be built: no (bad)');
    expect(text).toContain('1 test taught nothing: all of its runs were made under overload (calm)');
    expect(text).toMatch(/9 runs \(2 of them failed\) were made while others wanted more than all\s+CPUs/);
    expect(text).toContain('note: no chaos here');
    expect(text).not.toContain('\u001b');
  });

  it('says of a refusal once what is the matter', () => {
    const refusal = 'io_uring is refused here: kernel.io_uring_disabled=2';
    const text = renderNight(sampleReport({ cells: [], refusal }), screen);
    expect(text.split(refusal)).toHaveLength(2);
  });

  it('that was interrupted says how to go on', () => {
    const text = renderNight(sampleReport({ ended: { reason: 'interrupted', exitCode: 130 } }), screen);
    expect(text).toMatch(/^night .* interrupted\n/);
    expect(text).toContain('flakehunt nightly --resume 261124-night-lab-aaa4');
  });
});

it('a night as data has all of it but its past', () => {
  const document = JSON.parse(nightJson(sampleReport(), 1)) as Record<string, unknown>;
  expect(document).toMatchObject({ v: 1, kind: 'night', id: '261124-night-lab-aaa4', exitCode: 1, bisects: [] });
  expect(Object.keys(document)).not.toContain('trend');
});
