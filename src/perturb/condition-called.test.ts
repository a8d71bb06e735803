import { expect, it } from 'vitest';
import { conditionCalled } from './condition-called.ts';
import { conditionText, parseCondition } from './condition-text.ts';

const own = [
  { name: 'crowd', condition: parseCondition('noise:cpu:4,chaos:pct:2'), about: 'what broke in production' },
];
const called = (text: string) => conditionText(conditionCalled(text, own, 'condition'));

it.each([
  ['plain', 'plain'],
  [' pct-2 ', 'chaos:pct:2'],
  ['crowd', 'noise:cpu:4@free,chaos:pct:2'],
  ['pin:0,2,chaos:spawn', 'pin:0,2,chaos:spawn'],
])('%j is a condition, by its name or its text', (text, expected) => {
  expect(called(text)).toBe(expected);
});

it.each([
  ['nope', '"nope" is not a condition; did you mean "note"? The conditions are plain, one-cpu,'],
  ['gibberish', '"gibberish" is not a condition. The conditions are plain, one-cpu,'],
  ['pct:2', '"pct:2" is not a condition; did you mean "chaos:pct:2"?'],
  ['weather:rain', '"weather:rain" in the condition "weather:rain" is unknown. The parts of a condition are'],
  ['pct-1,pin:0', '"pct-1,pin:0" is not a condition, for names do not combine'],
  ['auto', '"auto" is not a condition'],
])('says what is wrong with %j', (text, message) => {
  expect(() => called(text)).toThrow(message);
});
