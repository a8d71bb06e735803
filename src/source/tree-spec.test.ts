import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { parseTreeSpec, readableName } from './tree-spec.ts';

describe('parseTreeSpec', () => {
  it.each(['.', '../liburing', '/srv/a b/ü', './lab', './a:b', '/srv/a:b', '-dir'])('%s is a path', (path) => {
    expect(parseTreeSpec(path)).toEqual({ kind: 'path', path });
  });

  it('lab is the bundled tree', () => {
    expect(parseTreeSpec('lab')).toEqual({ kind: 'lab' });
  });

  it.each([
    'https://github.com/axboe/liburing',
    'git@github.com:axboe/liburing.git',
    'host:src',
    'file:///srv/x.git',
    'ssh://git@host:22/x',
  ])('%s is a URL', (url) => {
    expect(parseTreeSpec(url)).toEqual({ kind: 'url', url, shown: url });
  });

  it('never shows a password or token', () => {
    expect(parseTreeSpec('https://me:secret@host/x')).toMatchObject({ shown: 'https://host/x' });
    expect(parseTreeSpec('https://token@host/x')).toMatchObject({ shown: 'https://host/x' });
    expect(parseTreeSpec('ssh://me:secret@host/x')).toMatchObject({ shown: 'ssh://me@host/x' });
  });

  it.each(['', 'ext::sh -c id', 'ftp://host/x', 'a\nb'])('refuses %j', (spec) => {
    expect(() => parseTreeSpec(spec)).toThrow(UsageError);
  });
});

describe('readableName', () => {
  it.each([
    ['https://github.com/axboe/liburing', 'github.com-axboe-liburing'],
    ['git@github.com:axboe/liburing.git', 'git-github.com-axboe-liburing'],
    ['https://me:secret@host/x.git/', 'host-x'],
    ['file:///../..', 'tree'],
  ])('%s -> %s', (url, name) => {
    expect(readableName(url)).toBe(name);
  });
});
