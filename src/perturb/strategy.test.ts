import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { NamedCondition } from '../model/settings.ts';
import { autoArms } from './auto-arms.ts';
import { conditionText, type PartTexts, parseCondition } from './condition-text.ts';
import { chooseStrategy } from './strategy.ts';

const own: NamedCondition[] = [
  { name: 'crowd', condition: parseCondition('noise:cpu:4,chaos:pct:2'), about: 'what broke in production' },
];

function choose(strategy: string | null, parts: PartTexts = {}, boundsRate = false) {
  const chosen = chooseStrategy({ strategy, parts }, { own, quota: false, preempt: false, boundsRate });
  return [chosen.strategy, ...chosen.conditions.map(conditionText)];
}

describe('chooseStrategy', () => {
  it('is auto where nothing is said, and plain where the rate is to be bounded', () => {
    const auto = ['auto', ...autoArms({ quota: false, preempt: false }).map(conditionText)];
    expect(choose(null)).toEqual(auto);
    expect(choose('auto')).toEqual(auto);
    expect(choose('auto', {}, true)).toEqual(auto);
    expect(choose(null, {}, true)).toEqual(['plain', 'plain']);
  });

  it.each([
    ['plain', ['plain', 'plain']],
    ['pct-2', ['pct-2', 'plain', 'chaos:pct:2']],
    ['one-cpu', ['one-cpu', 'pin:one']],
    ['crowd', ['crowd', 'plain', 'noise:cpu:4@free,chaos:pct:2']],
    ['chaos:pct:2,pin:0', ['pin:0,chaos:pct:2', 'plain', 'pin:0,chaos:pct:2']],
    ['pin:free', ['plain', 'plain']],
    [' noise:heavy ', ['noise:cpu:2,switch:2,yield:2@free', 'plain', 'noise:cpu:2,switch:2,yield:2@free']],
  ])('takes %j: the name of a condition, or its text', (strategy, chosen) => {
    expect(choose(strategy)).toEqual(chosen);
  });

  it.each([
    [{ pin: 'shuffle' }, ['pin:shuffle', 'pin:shuffle']],
    [{ pin: 'free' }, ['plain', 'plain']],
    [{ quota: '20%' }, ['quota:20%/10ms', 'plain', 'quota:20%/10ms']],
    [{ pin: 'pair', noise: 'light', chaos: 'spawn' }, null],
  ])('makes one condition of the parts %j, with the base rate beside what provokes', (parts, chosen) => {
    const text = 'pin:pair,noise:switch:1,yield:1@free,chaos:spawn';
    expect(choose(null, parts)).toEqual(chosen ?? [text, 'plain', text]);
  });

  it.each([
    ['pct2', '"pct2" is not a strategy; did you mean "pct-2"? The strategies are auto, plain, one-cpu,'],
    ['pct:2', '"pct:2" is not a strategy; did you mean "chaos:pct:2"?'],
    ['heavy', '"heavy" is not a strategy; did you mean "noise:heavy"?'],
    ['crwod', '"crwod" is not a strategy; did you mean "crowd"?'],
    ['', '"" is not a strategy. The strategies are'],
    [
      'pct-1,pin:0',
      '"pct-1,pin:0" is not a strategy, for names do not combine, only the texts of conditions do: write pin:0,chaos:pct:1.',
    ],
    ['pin:0,2,crowd', 'do not combine'],
    ['pin:pair, spawn', 'write pin:pair,chaos:spawn.'],
    ['pct-1,spawn', 'and not those of these: "chaos" stands twice in the condition "chaos:pct:1,chaos:spawn".'],
    ['plain,noise-cpu', 'write noise:cpu:4@free.'],
    ['chaos:pctt', '"pctt" is not an arm of chaos; did you mean "pct"?'],
  ])('says what is wrong with %j', (strategy, message) => {
    expect(() => choose(strategy)).toThrow(UsageError);
    expect(() => choose(strategy)).toThrow(message);
  });
});
