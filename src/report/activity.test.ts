import { describe, expect, it } from 'vitest';
import { activityLine } from './activity.ts';

function written(errTty: boolean): string {
  let text = '';
  const err = (more: string) => {
    text += more;
  };
  const screen = { err, errTty, columns: 20, unicode: false };
  const line = activityLine(screen);
  line.show('building msg-ring');
  line.show('building msg-ring');
  line.show('building\u001b[31m a test with a long name');
  line.clear();
  line.clear();
  return text;
}

describe('activityLine', () => {
  it('rewrites one line on a terminal, never wider than it, and takes it away', () => {
    expect(written(true)).toBe('\r\u001b[Kbuilding msg-ring\r\u001b[Kbuilding a test...\r\u001b[K');
  });

  it('writes a line for each activity elsewhere', () => {
    expect(written(false)).toBe('building msg-ring\nbuilding a test with a long name\n');
  });

  it('is silent when told so', () => {
    expect(() => activityLine(null).show('x')).not.toThrow();
  });
});
