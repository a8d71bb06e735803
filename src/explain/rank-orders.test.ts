import { describe, expect, it } from 'vitest';
import { align } from './align.ts';
import { findInterleavings } from './interleavings.ts';
import { rankOrders } from './rank-orders.ts';
import { keyed, times, traced } from './sample-traces.ts';

const order = (first: string, second: string) => ({ first: keyed(first), second: keyed(second) });

describe('the order that makes a run fail', () => {
  const runs = [
    ...times(12, () => traced('0:make 0.1:begin 0.1:peek 0.1:wait 0.1:end 0:submit 0:join', true)),
    ...times(3, () => traced('0:make 0.1:begin 0.1:peek 0:submit 0.1:end 0:join', false)),
    ...times(15, () => traced('0:make 0:submit 0.1:begin 0.1:peek 0.1:end 0:join', false)),
  ];
  const { anchors, divergent } = align(runs);
  const [best, second] = rankOrders(runs, anchors);

  it('is first, with all that nothing tells from it', () => {
    expect(best?.score).toMatchObject({ failing: { held: 12, seen: 12 }, passing: { held: 0, seen: 18 } });
    expect(best?.orders).toContainEqual(order('0.1:peek', '0:submit'));
    expect(best?.score.importance).toBeCloseTo(1);
  });

  it('is provoked by its latest first and its earliest second event, and prevented the other way', () => {
    expect(best?.provoke).toEqual(order('0.1:end', '0:submit'));
    expect(best?.prevent).toEqual(order('0.1:peek', '0:submit'));
  });

  it('stands above what holds in some passing runs, too', () => {
    expect(second?.orders).toContainEqual(order('0.1:begin', '0:submit'));
    expect(second?.score.passing.held).toBe(3);
  });

  it('never has an event of failing runs alone, which tells the outcome and causes nothing', () => {
    expect(divergent).toEqual([keyed('0.1:wait')]);
    expect(rankOrders(runs, anchors).flatMap(({ orders }) => orders)).not.toContainEqual(order('0.1:wait', '0:submit'));
  });
});

it('goes by when a call is done, not by when it was made', () => {
  // The call of 0.1 is always made first; in failing runs it takes longer than until 0 goes on.
  const runs = [
    ...times(10, () => traced('0.1:poll 0:write 0:end 0.1:after', true)),
    ...times(10, () => traced('0.1:poll 0.1:after 0:write 0:end', false)),
  ];
  const [best] = rankOrders(runs, align(runs).anchors);
  expect(best?.orders).toContainEqual(order('0:write', '0.1:after'));
  expect(best?.orders).not.toContainEqual(order('0.1:poll', '0:write'));
});

it('is nothing where the order does not matter', () => {
  const runs = times(40, (i) => traced(i % 2 === 0 ? '0:a 0.1:x 0:b 0.1:y' : '0.1:x 0:a 0.1:y 0:b', i % 4 < 2));
  expect(rankOrders(runs, align(runs).anchors)).toEqual([]);
});

it('is nothing without failing or without passing runs', () => {
  for (const failed of [true, false]) {
    const runs = times(20, (i) => traced(i % 2 === 0 ? '0:a 0.1:x' : '0.1:x 0:a', failed));
    expect(rankOrders(runs, align(runs).anchors)).toEqual([]);
  }
});

describe('three events', () => {
  const runs = [
    ...times(50, () => traced('0.1:take 0.1:keep 0:look 0:next 0.1:put 0:end', true)),
    ...times(30, () => traced('0.1:take 0.1:keep 0.1:put 0:look 0:next 0:end', false)),
    ...times(30, () => traced('0:look 0:next 0.1:take 0.1:keep 0.1:put 0:end', false)),
  ];

  it('are one order within another', () => {
    const [found] = findInterleavings(runs, align(runs));
    expect(found).toMatchObject({ ...order('0:look', '0.1:put'), prevent: order('0.1:put', '0:look') });
    expect(found?.score?.passing.held).toBe(0);
  });

  it('are not guessed from few failures', () => {
    expect(findInterleavings(runs.slice(20), align(runs))).toEqual([]);
  });
});

it('finds two threads that both act where only one may', () => {
  const runs = [
    ...times(10, () => traced('0:look@f1 0.1:look@f1 0:act@f1 0.1:act@f1', true)),
    ...times(10, () => traced('0:look@f1 0:act@f1 0.1:look@f1', false)),
    ...times(10, () => traced('0.1:look@f1 0.1:act@f1 0:look@f1', false)),
  ];
  expect(findInterleavings(runs, align(runs))).toContainEqual({
    ...order('0:act', '0.1:act'),
    prevent: order('0:act', '0.1:look'),
    score: null,
  });
});
