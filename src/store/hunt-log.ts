import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../make-folders.ts';
import { EVENT_LOG_VERSION, type HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { Paths } from '../model/settings.ts';
import { diskError, errorCode } from './disk-error.ts';
import { parseEvent } from './event-line.ts';
import { EventWriter } from './event-writer.ts';
import { findHunt } from './find-hunt.ts';
import { artifactFolder, eventsFile, huntsFolder } from './hunt-folder.ts';
import { type HuntLock, lockHunt } from './hunt-lock.ts';
import { makeNewFolder } from './new-folder.ts';
import { readHeader } from './read-hunt.ts';
import { repairLog } from './repair-log.ts';

/** The one writer of a hunt: its event log (the truth) and its artifacts. */
export interface HuntLog {
  readonly id: string;
  readonly dir: string;
  readonly artifactDir: string;
  /** As it stands in the log. */
  readonly header: HuntHeader;
  /** Reaches the kernel before it returns, and the disk within about a second. @throws EnvironmentError */
  append(event: HuntEvent): void;
  /**
   * Keeps the output of a class, byte for byte. Never overwrites: a class number used again after a resume gets a name
   * of its own. Returns the file's path below `artifactDir`. @throws EnvironmentError
   */
  writeOutput(classId: number, bytes: Uint8Array): string;
  /** @throws EnvironmentError */
  sync(): Promise<void>;
  /** Syncs, closes and gives the hunt free. @throws EnvironmentError */
  close(): Promise<void>;
}

/**
 * Makes the folder of a new hunt and writes the header. When `header.id` is taken, `-2`, `-3`, ... is added to it.
 * @throws EnvironmentError when the state folder cannot be written.
 */
export async function createHunt(paths: Pick<Paths, 'state'>, header: HuntHeader): Promise<HuntLog> {
  const { id, dir } = makeFolder(huntsFolder(paths), header.id);
  try {
    return await begin(dir, { ...header, id });
  } catch (error) {
    // Nothing was recorded; a folder without a header is of no use to anyone.
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Opens a hunt to go on with it; a last line that was cut off is repaired.
 * @throws UsageError for an unknown hunt, one that is being written now, or one of a newer flakehunt.
 */
export async function resumeHunt(paths: Pick<Paths, 'state' | 'cwd'>, ref: string): Promise<HuntLog> {
  const { dir } = await findHunt(paths, ref);
  const header = await readHeader(dir);
  const lock = lockHunt(dir);
  try {
    repair(eventsFile(dir), header.id);
    return huntLog(dir, header, new EventWriter<HuntEvent>(eventsFile(dir), 'a', adviceFor(header.id)), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function begin(dir: string, header: HuntHeader): Promise<HuntLog> {
  const lock = lockHunt(dir);
  const writer = new EventWriter<HuntEvent>(eventsFile(dir), 'ax', stateAdvice);
  writer.append({ type: 'hunt', v: EVENT_LOG_VERSION, t: Date.parse(header.started), header });
  await writer.sync();
  writer.advice = adviceFor(header.id);
  return huntLog(dir, header, writer, lock);
}

function huntLog(dir: string, header: HuntHeader, writer: EventWriter<HuntEvent>, lock: HuntLock): HuntLog {
  const artifactDir = artifactFolder(dir);
  return {
    id: header.id,
    dir,
    artifactDir,
    header,
    append: (event) => writer.append(event),
    writeOutput: (classId, bytes) => writeOutput(artifactDir, classId, bytes, adviceFor(header.id)),
    sync: () => writer.sync(),
    async close() {
      try {
        await writer.close();
      } finally {
        lock.release();
      }
    },
  };
}

function makeFolder(parent: string, wanted: string): { id: string; dir: string } {
  try {
    const made = makeNewFolder(parent, wanted);
    makeFolders(join(artifactFolder(made.dir), 'outputs'));
    return made;
  } catch (error) {
    throw diskError('make a hunt in', parent, error, stateAdvice);
  }
}

function writeOutput(artifactDir: string, classId: number, bytes: Uint8Array, advice: string): string {
  for (let attempt = 1; ; attempt++) {
    const name = join('outputs', attempt === 1 ? `c${classId}.txt` : `c${classId}-${attempt}.txt`);
    try {
      writeFileSync(join(artifactDir, name), bytes, { flag: 'wx' });
      return name;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue;
      rmSync(join(artifactDir, name), { force: true });
      throw diskError('write', join(artifactDir, name), error, advice);
    }
  }
}

function repair(path: string, id: string): void {
  try {
    repairLog(path, (line) => parseEvent(line) !== null);
  } catch (error) {
    throw diskError('go on with', path, error, adviceFor(id));
  }
}

const stateAdvice = 'Make room or make it writable, or set XDG_STATE_HOME to a folder that is.';

function adviceFor(id: string): string {
  return `What was recorded until then is kept (\`flakehunt show ${id}\`); once that is mended, \`flakehunt run --resume ${id}\` goes on.`;
}
