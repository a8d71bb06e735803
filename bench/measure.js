import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Runs a program to its end. Returns wall seconds, exit code, standard output and the highest memory (KiB) that it and
 * its descendants held together, sampled ten times a second where `memory` is set.
 */
export async function timed(argv, { env = process.env, memory = false, quiet = false } = {}) {
  const began = process.hrtime.bigint();
  const child = spawn(argv[0], argv.slice(1), { env, stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'] });
  let out = '';
  let peakKiB = 0;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out = (out + text).slice(-1_000_000);
  });
  const sampler = memory
    ? setInterval(() => {
        peakKiB = Math.max(peakKiB, familyKiB(child.pid));
      }, 100)
    : null;
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(sampler);
  return { seconds: Number(process.hrtime.bigint() - began) / 1e9, code, out, peakKiB };
}

/** Resident memory of a process and its descendants; what they share is counted for each, so this is an upper bound. */
function familyKiB(root) {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = read(`/proc/${pid}/stat`);
    if (stat !== '') parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const family = [...parents.keys()].filter((pid) => descends(pid, root, parents));
  return family.reduce((sum, pid) => sum + memoryKiB(pid), 0);
}

function descends(pid, root, parents) {
  for (let at = pid; at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true;
  return false;
}

function memoryKiB(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
