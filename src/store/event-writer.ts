import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { diskError } from './disk-error.ts';

const syncToDisk = promisify(fdatasync);
const syncAfterMs = 1000;

/**
 * Appends events to a log, each at once to the kernel: a killed flakehunt loses nothing that it wrote, a power cut at
 * most the last second. Nothing is kept in memory.
 */
export class EventWriter<Event extends { type: string }> {
  /** What a person should do when the disk refuses; ends every error. */
  advice: string;
  readonly #path: string;
  readonly #fd: number;
  #length: number;
  #timer: NodeJS.Timeout | null = null;
  #syncing: Promise<void> | null = null;
  #failure: unknown = null;
  #closed = false;

  /** @param flags `ax` makes the log, `a` goes on with one. @throws EnvironmentError when it cannot be opened. */
  constructor(path: string, flags: 'ax' | 'a', advice: string) {
    this.#path = path;
    this.advice = advice;
    try {
      this.#fd = openSync(path, flags);
      this.#length = fstatSync(this.#fd).size;
    } catch (error) {
      throw diskError('open', path, error, advice);
    }
  }

  /** @throws EnvironmentError when the disk refuses; the log then ends with the event before. */
  append(event: Event): void {
    if (this.#closed) throw new Error(`Event "${event.type}" after the log was closed.`);
    this.#throwFailure();
    this.#write(Buffer.from(`${JSON.stringify(event)}\n`));
    this.#timer ??= setTimeout(() => this.#startSync(), syncAfterMs).unref();
  }

  /** Everything appended so far is on the disk when this resolves. @throws EnvironmentError */
  async sync(): Promise<void> {
    await this.#syncing;
    this.#startSync();
    await this.#syncing;
    this.#throwFailure();
  }

  /** Syncs and closes, even when syncing fails. A second call does nothing. @throws EnvironmentError */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.sync();
    } finally {
      closeSync(this.#fd);
    }
  }

  #write(line: Buffer): void {
    let done = 0;
    try {
      while (done < line.length) done += writeSync(this.#fd, line, done, line.length - done, null);
      this.#length += line.length;
    } catch (error) {
      const failure = diskError('write', this.#path, error, this.advice);
      if (done > 0) this.#dropHalfLine(failure);
      throw failure;
    }
  }

  /** What is appended once there is room again would be glued to half a line: it goes, or nothing more is appended. */
  #dropHalfLine(failure: unknown): void {
    try {
      ftruncateSync(this.#fd, this.#length);
    } catch {
      this.#failure = failure;
    }
  }

  #startSync(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#syncing = syncToDisk(this.#fd).catch((error: unknown) => {
      this.#failure ??= diskError('write', this.#path, error, this.advice);
    });
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}
