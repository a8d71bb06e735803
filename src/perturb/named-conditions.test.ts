import { describe, expect, it } from 'vitest';
import { autoArms } from './auto-arms.ts';
import { conditionText } from './condition-text.ts';
import { builtInConditions } from './named-conditions.ts';

const texts = builtInConditions.map(({ condition }) => conditionText(condition));

describe('builtInConditions', () => {
  it('begins with plain and has each name and condition once', () => {
    const names = builtInConditions.map(({ name }) => name);
    expect(names[0]).toBe('plain');
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(texts).size).toBe(texts.length);
    expect(names).not.toContain('auto');
  });

  it('has names that cannot be taken for texts, and lines that fit beside a name on a narrow screen', () => {
    for (const { name, about } of builtInConditions) {
      expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(about.length).toBeLessThanOrEqual(80 - 17);
      expect(about).not.toMatch(/\.$|\n/);
    }
  });
});

describe('autoArms', () => {
  it('begins with plain; each arm has a name and is tried once', () => {
    const arms = autoArms({ quota: true, preempt: false }).map(conditionText);
    expect(arms[0]).toBe('plain');
    expect(arms.filter((text) => !texts.includes(text))).toEqual([]);
    expect(new Set(arms).size).toBe(arms.length);
  });

  it('has a quota only where control groups were delegated', () => {
    expect(autoArms({ quota: true, preempt: false }).some(({ quota }) => quota !== null)).toBe(true);
    expect(autoArms({ quota: false, preempt: false }).some(({ quota }) => quota !== null)).toBe(false);
  });

  it('sets preemption where guests take it', () => {
    const added = autoArms({ quota: false, preempt: true }).flatMap(({ preempt }) => preempt ?? []);
    expect(added).toEqual(['none', 'full']);
    expect(autoArms({ quota: true, preempt: false }).every(({ preempt }) => preempt === null)).toBe(true);
  });
});
