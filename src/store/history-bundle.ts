import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UsageError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import type { NightEvent } from '../model/night-events.ts';
import type { Paths } from '../model/settings.ts';
import { diskError } from './disk-error.ts';
import { eventsFile } from './hunt-folder.ts';
import { isLocked } from './hunt-lock.ts';
import { parseNightEvent } from './night-line.ts';
import { nightPlaces, nightsFolder } from './night-places.ts';

/** Version of a bundle; a reader refuses a newer one. */
const bundleVersion = 1;
/** Far above any history (90 nights of 256 tests are some 30 MB), and below the longest text there can be. */
const mostBytes = 400_000_000;

/** First line of a bundle. The rest is, for each night, a line `{"night": id, "lines": n}` and n lines of its log. */
interface BundleHead {
  type: 'flakehunt-history';
  v: number;
  nights: number;
  /** Of all that follows, 64 hex digits. */
  sha256: string;
}

/**
 * Writes the logs of all nights that are not being written into one gzipped file, which appears whole or not at all.
 * @param note is told of nights that are left out, for they cannot be read
 * @throws EnvironmentError when it cannot be written
 */
export async function exportNights(
  paths: Pick<Paths, 'state' | 'cwd'>,
  file: string,
  note: (text: string) => void,
): Promise<{ nights: number; bytes: number }> {
  const places = nightPlaces(paths)
    .filter(({ dir }) => !isLocked(dir))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const logs = places.flatMap(({ id, dir }) => {
    const lines = wholeLog(wholeLines(readFileSync(eventsFile(dir), 'utf8')));
    if (lines === null) {
      note(`night ${id} is left out: its log is damaged, or of a newer flakehunt`);
      return [];
    }
    return [[JSON.stringify({ night: id, lines: lines.length }), ...lines]];
  });
  const body = Buffer.from(`${logs.flat().join('\n')}\n`);
  const head: BundleHead = { type: 'flakehunt-history', v: bundleVersion, nights: logs.length, sha256: sha256(body) };
  const packed = gzipSync(Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]), { level: 9 });
  writeWhole(resolve(paths.cwd, file), packed);
  return { nights: logs.length, bytes: packed.length };
}

/**
 * Adds the nights of a bundle to those that are here. A night that is here already is left as it is, so nothing is lost by
 * importing twice, nor by importing the past of another machine.
 * @throws UsageError for what is no bundle, is damaged or of a newer flakehunt; then nothing is added
 */
export async function importNights(
  paths: Pick<Paths, 'state' | 'cwd'>,
  file: string,
  signal: AbortSignal,
): Promise<{ added: number; known: number }> {
  const nights = readBundle(resolve(paths.cwd, file), file);
  const folder = nightsFolder(paths);
  let added = 0;
  for (const { id, lines } of nights) {
    signal.throwIfAborted();
    if (existsSync(join(folder, id))) continue;
    placeNight(folder, id, `${lines.join('\n')}\n`);
    added++;
  }
  return { added, known: nights.length - added };
}

function readBundle(path: string, file: string): { id: string; lines: string[] }[] {
  const text = unpacked(path, file).toString('utf8');
  const at = text.indexOf('\n');
  const head = parseHead(text.slice(0, at), file);
  const body = text.slice(at + 1);
  if (at === -1 || sha256(Buffer.from(body)) !== head.sha256) throw damaged(file);
  const rest = wholeLines(body);
  const nights: { id: string; lines: string[] }[] = [];
  for (let next = 0; nights.length < head.nights; ) {
    const { id, count } = parseNight(rest[next] ?? '', file);
    const lines = rest.slice(next + 1, next + 1 + count);
    const whole = lines.length === count ? wholeLog(lines) : null;
    if (whole === null) throw damaged(file);
    nights.push({ id, lines: whole });
    next += 1 + count;
  }
  return nights;
}

function unpacked(path: string, file: string): Buffer {
  let packed: Buffer;
  try {
    packed = readFileSync(path);
  } catch (error) {
    throw diskError('read', path, error, 'A bundle is what `flakehunt history export FILE` writes.');
  }
  try {
    return gunzipSync(packed, { maxOutputLength: mostBytes });
  } catch {
    const [first, second] = packed;
    if (first === 0x1f && second === 0x8b) throw damaged(file);
    throw notABundle(file);
  }
}

function parseHead(line: string, file: string): BundleHead {
  const head = parsed(line) as Partial<BundleHead> | null;
  if (head?.type !== 'flakehunt-history' || typeof head.v !== 'number') throw notABundle(file);
  if (head.v > bundleVersion) {
    throw new UsageError(
      `${file} was written by a newer flakehunt: it is a bundle of version ${head.v}, this flakehunt reads up to ${bundleVersion}. Update flakehunt to read it.`,
    );
  }
  if (typeof head.nights !== 'number' || typeof head.sha256 !== 'string') throw damaged(file);
  return head as BundleHead;
}

/** The id becomes a folder's name: it must be no way out of its folder. */
function parseNight(line: string, file: string): { id: string; count: number } {
  const { night, lines } = (parsed(line) ?? {}) as { night?: unknown; lines?: unknown };
  if (typeof night !== 'string' || !/^\w[\w.-]{0,99}$/.test(night)) throw damaged(file);
  if (typeof lines !== 'number' || !Number.isInteger(lines) || lines < 1) throw damaged(file);
  return { id: night, count: lines };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Made aside and moved into place: a killed import leaves no half night. */
function placeNight(folder: string, id: string, log: string): void {
  const aside = join(folder, `.import-${process.pid}-${id}`);
  try {
    makeFolders(folder);
    mkdirSync(aside);
    writeFileSync(eventsFile(aside), log);
    // It is as old as it was where it comes from.
    const written = lastWritten(log);
    utimesSync(eventsFile(aside), written, written);
    renameSync(aside, join(folder, id));
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw diskError(
      'add a night to',
      folder,
      error,
      'Make room or make it writable, or set XDG_STATE_HOME to a folder that is.',
    );
  }
}

function lastWritten(log: string): Date {
  const last = parsedEvent(log.trimEnd().split('\n').at(-1) ?? '');
  return last === null ? new Date() : new Date(last.t);
}

function writeWhole(path: string, bytes: Buffer): void {
  const aside = `${path}.${process.pid}.part`;
  try {
    writeFileSync(aside, bytes);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw diskError('write', path, error, 'Name a file in a folder that can be written.');
  }
}

/**
 * The log with what was told last of each cell alone: the rest says nothing more. Null where a line is none, or where it is of
 * a newer flakehunt.
 */
function wholeLog(lines: readonly string[]): string[] | null {
  const events = lines.map(parsedEvent);
  if (events[0]?.type !== 'night' || events.includes(null)) return null;
  const last = new Map<string, number>();
  const keys = events.map((event, at) => {
    if (event?.type !== 'cell') return null;
    const key = JSON.stringify([event.cell.test, event.cell.condition]);
    last.set(key, at);
    return key;
  });
  return lines.filter((_, at) => {
    const key = keys[at];
    return key == null || last.get(key) === at;
  });
}

function parsedEvent(line: string): NightEvent | null {
  try {
    return parseNightEvent(line);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** A last line that was cut off by a kill is left out, as it is for every reader. */
function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function damaged(file: string): UsageError {
  return new UsageError(
    `${file} is damaged: its content is not what was written. Nothing was imported; take another copy of the bundle.`,
  );
}

function notABundle(file: string): UsageError {
  return new UsageError(`${file} is no bundle of nights; \`flakehunt history export FILE\` writes one.`);
}
