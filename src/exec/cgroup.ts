import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ownIdentity } from '../process-identity.ts';
import { type ReadSystemFile, systemFiles } from './system-files.ts';

/** A hierarchy of control groups that deals out CPU time, and where this process is in it. */
export interface CpuHierarchy {
  version: 1 | 2;
  /** Folder of its topmost group that can be seen from here. */
  top: string;
  /** Folder of our own group. */
  own: string;
}

/**
 * A folder below which groups with a CPU quota can be made and joined, tried out; null where nothing is delegated to this
 * user. Leaves nothing behind, but for the cpu controller switched on for a root group that had no groups.
 */
export function delegatedCgroup(read: ReadSystemFile = systemFiles()): string | null {
  for (const hierarchy of cpuHierarchies(read)) {
    if (hierarchy.version === 2) enableForRoot(hierarchy);
    const usable = candidates(hierarchy).find((folder) => canMakeGroups(folder, hierarchy.version));
    if (usable !== undefined) return usable;
  }
  return null;
}

/** From /proc/self/cgroup and /proc/self/mountinfo, see cgroups(7). Version 1 first: where both are mounted it has the controller. */
export function cpuHierarchies(read: ReadSystemFile): CpuHierarchy[] {
  const mounts = (read('/proc/self/mountinfo') ?? '').split('\n').map(parseMount);
  const groups = (read('/proc/self/cgroup') ?? '').split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const [old, unified] = [groupOf(groups, 'cpu'), groupOf(groups, '')];
  return [
    ...mounts
      .filter((mount) => mount?.type === 'cgroup' && mount.options.includes('cpu'))
      .map((mount) => hierarchyOf(1, mount, old)),
    ...mounts.filter((mount) => mount?.type === 'cgroup2').map((mount) => hierarchyOf(2, mount, unified)),
  ].filter((hierarchy) => hierarchy !== null);
}

interface Mount {
  root: string;
  point: string;
  type: string;
  options: string[];
}

/** `31 23 0:28 ROOT POINT rw - TYPE SOURCE OPTIONS`; a blank is `\040`. See proc_pid_mountinfo(5). */
function parseMount(line: string): Mount | null {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root, point] = before.split(' ').map(unescapeBlanks);
  const [type = '', , options = ''] = after.split(' ');
  return root === undefined || point === undefined ? null : { root, point, type, options: options.split(',') };
}

function unescapeBlanks(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function groupOf(groups: (RegExpExecArray | null)[], controller: string): string | null {
  return groups.find((group) => group?.[1]?.split(',').includes(controller))?.[2] ?? null;
}

/** A bind mount, as a container has it, shows the hierarchy from `root` on; a group outside of it (`/..`) cannot be reached. */
function hierarchyOf(version: 1 | 2, mount: Mount | null, group: string | null): CpuHierarchy | null {
  if (mount === null || group === null || group.startsWith('/..')) return null;
  const below = relative(mount.root, group);
  return below.startsWith('..') ? null : { version, top: mount.point, own: join(mount.point, below) };
}

/** Version 1: our own group. Version 2 gives a group either processes or groups with controllers: those above us, too. */
function candidates({ version, top, own }: CpuHierarchy): string[] {
  if (version === 1) return [own];
  const folders = [own];
  for (let folder = own; folder !== top; folder = dirname(folder)) folders.push(dirname(folder));
  return folders.filter((folder) => words(join(folder, 'cgroup.subtree_control')).includes('cpu'));
}

/** Only the root group may have both; where it has no groups yet, nobody else is touched by the controller. */
function enableForRoot({ own }: CpuHierarchy): void {
  const control = join(own, 'cgroup.subtree_control');
  // cgroup.type is in every group but the root.
  if (existsSync(join(own, 'cgroup.type')) || words(control).includes('cpu')) return;
  if (!words(join(own, 'cgroup.controllers')).includes('cpu') || hasGroups(own)) return;
  try {
    writeFileSync(control, '+cpu');
  } catch {
    // Not ours to change; the trial tells.
  }
}

function hasGroups(folder: string): boolean {
  try {
    return readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory());
  } catch {
    return false;
  }
}

/** Makes a group, moves a process into it, and removes it. Named as the supervisor's are, which sweep up after each other. */
function canMakeGroups(folder: string, version: 1 | 2): boolean {
  const { namespace, pid, start } = ownIdentity();
  const group = join(folder, `flakehunt-${namespace}-${pid}-${start}-0`);
  try {
    mkdirSync(group);
  } catch {
    return false;
  }
  try {
    accessSync(join(group, version === 1 ? 'cpu.cfs_quota_us' : 'cpu.max'), constants.W_OK);
    return spawnSync('/bin/sh', ['-c', 'echo 0 > "$0/cgroup.procs"', group], { env: {}, timeout: 5000 }).status === 0;
  } catch {
    return false;
  } finally {
    removeGroup(group);
  }
}

/** The kernel may need a moment to let go of the dead. */
function removeGroup(group: string): void {
  for (let tries = 0; tries < 100; tries++) {
    try {
      rmdirSync(group);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function words(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trim().split(/\s+/);
  } catch {
    return [];
  }
}
