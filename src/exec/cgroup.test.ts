import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type CpuHierarchy, cpuHierarchies, delegatedCgroup } from './cgroup.ts';
import { sampleSystem } from './sample-system.ts';

const v1 = '33 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct';
const v2 = '41 31 0:38 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';

test.each<[name: string, mounts: string, groups: string, found: CpuHierarchy[]]>([
  [
    'version 1',
    v1,
    '4:memory:/other\n3:cpu,cpuacct:/user.slice',
    [{ version: 1, top: '/sys/fs/cgroup/cpu,cpuacct', own: '/sys/fs/cgroup/cpu,cpuacct/user.slice' }],
  ],
  [
    'version 2',
    v2,
    '0::/user.slice/a:b.scope',
    [{ version: 2, top: '/sys/fs/cgroup', own: '/sys/fs/cgroup/user.slice/a:b.scope' }],
  ],
  [
    'both',
    `${v2.replace('/cgroup ', '/cgroup/unified ')}\n${v1}`,
    '3:cpu,cpuacct:/\n0::/',
    [
      { version: 1, top: '/sys/fs/cgroup/cpu,cpuacct', own: '/sys/fs/cgroup/cpu,cpuacct' },
      { version: 2, top: '/sys/fs/cgroup/unified', own: '/sys/fs/cgroup/unified' },
    ],
  ],
  [
    'a container that sees its own part',
    v1.replace(' / ', ' /docker/1f '),
    '3:cpu,cpuacct:/docker/1f/runs',
    [{ version: 1, top: '/sys/fs/cgroup/cpu,cpuacct', own: '/sys/fs/cgroup/cpu,cpuacct/runs' }],
  ],
  ['a group outside of what is mounted', v2, '0::/../../elsewhere', []],
  [
    'a blank in the path',
    v2.replace('/sys/fs/cgroup', '/my\\040groups'),
    '0::/',
    [{ version: 2, top: '/my groups', own: '/my groups' }],
  ],
  [
    'other hierarchies only',
    v1.replace('cpu,cpuacct rw', 'memory rw').replace('rw,cpu,cpuacct', 'rw,memory'),
    '4:memory:/',
    [],
  ],
  ['no control groups', '', '', []],
])('the hierarchy that deals out CPU time: %s', (_, mounts, groups, found) => {
  const read = sampleSystem({ '/proc/self/mountinfo': mounts, '/proc/self/cgroup': groups });
  expect(cpuHierarchies(read)).toEqual(found);
});

test('what has no cpu controller is not taken, and nothing is left in it', () => {
  const top = mkdtempSync(join(tmpdir(), 'flakehunt-cgroup-'));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const own = join(top, 'a.slice', 'b.scope');
  mkdirSync(own, { recursive: true });
  for (const folder of [top, join(top, 'a.slice')])
    writeFileSync(join(folder, 'cgroup.subtree_control'), 'cpu memory\n');
  writeFileSync(join(own, 'cgroup.type'), 'domain\n');
  for (const [mount, group] of [
    [v1.replace(/\/sys\S+/, top), '3:cpu,cpuacct:/a.slice/b.scope'],
    [v2.replace('/sys/fs/cgroup', top), '0::/a.slice/b.scope'],
    [v2.replace('/sys/fs/cgroup', join(top, 'gone')), '0::/'],
  ]) {
    const read = sampleSystem({ '/proc/self/mountinfo': mount ?? '', '/proc/self/cgroup': group ?? '' });
    expect(delegatedCgroup(read)).toBeNull();
  }
  expect(readdirSync(top, { recursive: true }).sort()).toEqual([
    'a.slice',
    'a.slice/b.scope',
    'a.slice/b.scope/cgroup.type',
    'a.slice/cgroup.subtree_control',
    'cgroup.subtree_control',
  ]);
});
