import { describe, expect, it } from 'vitest';
import { compareVersions, inSeries } from './version-order.ts';

describe('compareVersions', () => {
  // All but the last were asked of dpkg --compare-versions.
  it.each([
    ['6.1.176-1', '6.1.192-2'],
    ['6.1.192-1', '6.1.192-2'],
    ['6.1.192', '6.12.43'],
    ['6.12.90', '6.12.90.1'],
    ['6.12.74-2~bpo12+1', '6.12.74-2'],
    ['7.3~rc7-1~exp1', '7.3-1'],
    ['7.3~rc7', '7.3~rc10'],
    ['6.12.101-1~deb12u1', '6.12.101-1'],
    ['6.9', '6.10'],
    ['1.0a', '1.0+b'],
    ['1.0', '1.0a'],
    ['bzImage-9', 'bzImage-10'],
  ])('%s is older than %s', (older, newer) => {
    expect(Math.sign(compareVersions(older, newer))).toBe(-1);
    expect(Math.sign(compareVersions(newer, older))).toBe(1);
  });

  it('finds equal what is', () => {
    expect(compareVersions('6.1.176-1', '6.1.176-1')).toBe(0);
    expect(compareVersions('6.01', '6.1')).toBe(0);
  });
});

describe('inSeries', () => {
  it.each<[string, string | null, string | null, boolean]>([
    ['6.1.170', '6.1', '6.12', true],
    ['6.12.117', '6.1', '6.12', true],
    ['6.16.3', '6.1', '6.12', false],
    ['5.10.1', '6.1', '6.12', false],
    ['6.12.100', '6.1', '6.12.101', true],
    ['6.12.102', '6.1', '6.12.101', false],
    ['6.12.90.1', '6.12.90', '6.12.90', true],
    ['7.3~rc7', '7.3', null, true],
    ['6.1.1', null, '6.1', true],
    ['6.10.1', '6.9', '6.11', true],
  ])('%s between %s and %s: %s', (version, from, to, inside) => {
    expect(inSeries(version, from, to)).toBe(inside);
  });
});
