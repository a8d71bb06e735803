import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { chaosText, needsIdleCpu, readChaos } from './chaos.ts';

const classes = ['lifecycle', 'sync', 'resource'];

describe('readChaos', () => {
  it.each([
    ['note', { arm: 'note', classes }],
    ['pct:2', { arm: 'pct', depth: 2, horizon: null, classes }],
    ['pct:2:25', { arm: 'pct', depth: 2, horizon: 25, classes }],
    ['delays:1:40/sync', { arm: 'delays', count: 1, horizon: 40, classes: ['sync'] }],
    ['victim', { arm: 'victim', spanUs: null, classes }],
    ['victim:4ms', { arm: 'victim', spanUs: 4000, classes }],
    ['slack:5', { arm: 'slack', ms: 5 }],
    ['spawn/rest+lifecycle', { arm: 'spawn', classes: ['lifecycle', 'rest'] }],
  ])('reads %s', (text, chaos) => {
    expect(readChaos(text)).toEqual(chaos);
  });

  it.each([
    ['note/lifecycle+sync+resource', 'note'],
    ['note/resource+sync+lifecycle+rest', 'note/all'],
    ['note/all', 'note/all'],
    ['victim:1000us', 'victim:1ms'],
    ['victim:2000ms/sync', 'victim:2s/sync'],
    ['victim:1500us', 'victim:1500us'],
    ['pct:02:010', 'pct:2:10'],
    [' slack:20 ', 'slack:20'],
  ])('makes %s the one text %s', (text, canonical) => {
    expect(chaosText(readChaos(text))).toBe(canonical);
  });

  it.each([
    [
      'pctt:2',
      '"pctt" is not an arm of chaos; did you mean "pct"? The arms are note, handoff, pct:DEPTH[:HORIZON], delays',
    ],
    ['', '"" is not an arm of chaos. The arms are'],
    ['constructor', '"constructor" is not an arm of chaos. The arms are'],
    ['pct', '"pct" is not how this arm of chaos is written: pct:DEPTH[:HORIZON]. The arms are'],
    ['pct:1:2:3', '"pct:1:2:3" is not how this arm'],
    ['note:3', '"note:3" is not how this arm of chaos is written: note.'],
    ['note/sync/rest', '"note/sync/rest" is not how this arm'],
    ['pct:5', 'The depth of pct is a whole number from 1 to 4, not "5".'],
    ['pct:0', 'The depth of pct is a whole number from 1 to 4, not "0".'],
    ['pct:2:0', 'The horizon of pct, in calls, is a whole number from 1 to 1000000000, not "0".'],
    ['pct:2:', 'not ""'],
    ['delays:17', 'The count of delays is a whole number from 1 to 16, not "17".'],
    ['delays:-1', 'not "-1"'],
    ['slack:21', 'The slack, in milliseconds, is a whole number from 1 to 20, not "21".'],
    ['slack:5ms', 'not "5ms"'],
    ['slack:5/all', 'slack intercepts no calls'],
    [
      'victim:4',
      '"4" is not the span of a run; write a whole number with us, ms or s, such as 800us or 4ms, up to 3600s.',
    ],
    ['victim:0ms', '"0ms" is not the span'],
    ['victim:3601s', '"3601s" is not the span'],
    ['note/synk', '"synk" is not a kind of call; did you mean "sync"? The kinds are lifecycle, sync, resource, rest,'],
    ['note/', '"" is not a kind of call.'],
    ['note/sync+sync', '"sync" stands twice in "/sync+sync".'],
    ['note/all+sync', '"all" is not a kind of call'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => readChaos(text)).toThrow(UsageError);
    expect(() => readChaos(text)).toThrow(message);
  });
});

describe('needsIdleCpu', () => {
  it('holds for the arms that let threads go one by one', () => {
    const arms = ['note', 'handoff', 'pct:1', 'delays:1', 'victim', 'spawn', 'shuffle', 'slack:1'];
    expect(arms.filter((text) => needsIdleCpu(readChaos(text)))).toEqual(['handoff', 'pct:1']);
    expect(needsIdleCpu(null)).toBe(false);
  });
});
