import { describe, expect, it } from 'vitest';
import type { Quarantine } from '../../model/night.ts';
import { simulatedCell } from '../../search/night/simulated-nights.ts';
import { pastCells } from '../../store/history-rows.ts';
import { sampleNight, sampleNightHeader } from '../../store/sample-night.ts';
import { tellVerdicts } from './tell-verdicts.ts';

const cell = (failures: Record<string, number>) => simulatedCell('claim', 'plain', 1000, failures);
const past = [1, 2, 3].flatMap((n) => pastCells({ ...sampleNight(n), cells: [cell({})] }));
const header = sampleNightHeader({
  id: '261124-night-lab-bbbb',
  started: '2026-11-24T03:00:00.000Z',
  tests: ['claim'],
  suite: 'mine',
  revision: { ...sampleNightHeader().revision, tree: '/src/my tree', commit: 'c4' },
});
const entry = (changes: Partial<Quarantine>): Quarantine => ({
  ...{ test: 'cl*', signature: null, reason: 'r', owner: 'o', expires: '2026-12-01' },
  ...changes,
});
const tonight = (failures: Record<string, number>, ...quarantine: Quarantine[]) =>
  tellVerdicts(header, [cell(failures)], past, quarantine)[0];

describe('something new', () => {
  it('has the commits it came in, and the command that finds the one', () => {
    const [told] = tellVerdicts(header, [cell({ odd: 50 })], past, []);
    expect(told).toMatchObject({ verdict: 'new-flake', range: { old: 'c3', new: 'c4' } });
    expect(told?.bisect).toBe(
      "flakehunt bisect claim --tree '/src/my tree' --good c3 --bad c4 --suite mine --condition plain --signature claim-odd",
    );
  });

  it('has no range where uncommitted work was built', () => {
    const dirty = { ...header, revision: { ...header.revision, name: 'worktree' } };
    expect(tellVerdicts(dirty, [cell({ odd: 50 })], past, [])[0]).toMatchObject({ range: null, bisect: null });
  });

  it('has no range where the commit is the same, or not known', () => {
    const same = { ...header, revision: { ...header.revision, commit: 'c3' } };
    const none = { ...header, revision: { ...header.revision, commit: null } };
    for (const one of [same, none]) {
      expect(tellVerdicts(one, [cell({ odd: 50 })], past, [])[0]).toMatchObject({ range: null, bisect: null });
    }
  });
});

describe('something gone', () => {
  it('has the commits it went between, and the command that finds the one', () => {
    const flaked = [1, 2, 3].flatMap((n) => pastCells({ ...sampleNight(n), cells: [cell({ odd: 100 })] }));
    const [told] = tellVerdicts(header, [cell({})], flaked, []);
    expect(told).toMatchObject({ verdict: 'fixed', range: { old: 'c3', new: 'c4' } });
    expect(told?.bisect).toContain('--good c4 --bad c3');
  });
});

describe('a quarantine', () => {
  it.each<[string, Partial<Quarantine>, string | null]>([
    ['holds', {}, 'holds'],
    ['is by the test', { test: 'nop' }, null],
    ['holds for the failure it names', { signature: 'odd fai' }, 'holds'],
    ['or by its id', { signature: 'claim-odd' }, 'holds'],
    ['and for no other', { signature: 'even' }, null],
    ['expires on its day', { expires: '2026-11-24' }, 'expired'],
    ['not before', { expires: '2026-11-25' }, 'holds'],
  ])('%s', (_, changes, state) => {
    expect(tonight({ odd: 50 }, entry(changes))?.quarantine?.state ?? null).toBe(state);
  });

  it('covers no second failure of the test, however rare', () => {
    expect(tonight({ odd: 50, even: 40 }, entry({ signature: 'odd' }))?.quarantine).toBeNull();
    expect(tonight({ odd: 500, even: 1 }, entry({ signature: 'odd' }))?.quarantine).toBeNull();
  });

  it('holds where one of several entries does', () => {
    const told = tonight({ odd: 50 }, entry({ expires: '2026-11-01' }), entry({ reason: 'renewed' }));
    expect(told?.quarantine).toMatchObject({ state: 'holds', entry: { reason: 'renewed' } });
  });

  it('heals when it was clean for long', () => {
    expect(tonight({}, entry({}))?.quarantine?.state).toBe('healed');
  });
});
