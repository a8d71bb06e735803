/** One thing in the cache that can be removed by itself. */
export interface CacheEntry {
  /**
   * build: a revision, built. mirror: of a URL. lab: the bundled tree. snapshot: uncommitted work, or a plain folder.
   * kernel: of Debian, unpacked, or the list of those there are. supervisor: compiled. log: of a build that failed. leftover: what a killed process did not finish.
   */
  kind: 'build' | 'mirror' | 'lab' | 'snapshot' | 'kernel' | 'supervisor' | 'log' | 'leftover';
  path: string;
  /** What it is, for a person. */
  title: string;
  /** On disk. */
  bytes: number;
  /** Milliseconds since 1970. */
  lastUsedMs: number;
  /** A running flakehunt needs it. */
  inUse: boolean;
  /** False: unfinished, of no use to anybody. */
  whole: boolean;
}

export interface CacheUsage {
  path: string;
  entries: CacheEntry[];
}

/** What a pruning removed, or would remove. */
export interface Pruned {
  removed: CacheEntry[];
  /** Entries left because a running flakehunt needs them. */
  inUse: CacheEntry[];
}
