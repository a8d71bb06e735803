import { describe, expect, it } from 'vitest';
import { type ConditionRow, renderConditions } from './conditions.ts';

const screen = { columns: 60, color: false, unicode: true };
const noise = { own: ['switch', 'cpu'], stressNg: ['affinity', 'cache', 'clone', 'eventfd', 'fork', 'futex', 'hdd'] };

const rows: ConditionRow[] = [
  { name: 'plain', text: 'plain', about: 'nothing is perturbed', own: false, auto: true, obstacle: null },
  {
    name: 'pct-2',
    text: 'chaos:pct:2',
    about: 'one thread at a time, and one change of priority: check-then-act races',
    own: false,
    auto: true,
    obstacle: 'seccomp user notification is refused: EPERM',
  },
  { name: 'mine', text: 'pin:0', about: 'a \u001b[31mred\u0007 line', own: true, auto: false, obstacle: null },
];

describe('renderConditions', () => {
  it('shows name, text, what it provokes, and what is in the way', () => {
    expect(renderConditions(rows, noise, screen)).toMatchInlineSnapshot(`
      "+ plain  plain
               nothing is perturbed
      - pct-2  chaos:pct:2
               one thread at a time, and one change of priority:
               check-then-act races
        mine   pin:0
               a  line

      + is tried by --strategy auto. --strategy takes a name or a
      text.
      - cannot work here: pct-2 (seccomp user notification is
      refused: EPERM).
      Parts of a text combine freely:
      pin:0-1,noise:cpu:4,chaos:victim. docs/config.md tells how
      they are written.
      Classes of noise: switch, cpu; with stress-ng installed also
      affinity, cache, clone, eventfd, fork, futex, hdd.

      Next: flakehunt run TEST --strategy auto
      "
    `);
  });

  it('has a line for each on a wide terminal', () => {
    const lines = renderConditions(rows, noise, { ...screen, columns: 100 }).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '+ plain  plain        nothing is perturbed',
      '- pct-2  chaos:pct:2  one thread at a time, and one change of priority: check-then-act races',
      '  mine   pin:0        a  line',
      '',
    ]);
  });

  it('fits narrow and wide terminals', () => {
    for (const columns of [40, 80, 200]) {
      const lines = renderConditions(rows, noise, { ...screen, columns }).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(columns, 60));
    }
  });
});
