/**
 * Steps from an empty file to the index as it is; `user_version` counts those that were taken. A step that was published is
 * never changed: the index is rebuilt from the logs where that is simpler.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE machine_classes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE kernels (id INTEGER PRIMARY KEY, release TEXT NOT NULL UNIQUE);
CREATE TABLE conditions (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE tests (id INTEGER PRIMARY KEY, suite TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (suite, name));
CREATE TABLE revisions (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, tree TEXT, "commit" TEXT, name TEXT, subject TEXT, date TEXT
);
CREATE TABLE nights (
  id TEXT PRIMARY KEY, started TEXT NOT NULL, started_ms INTEGER NOT NULL, suite TEXT NOT NULL,
  machine_class INTEGER NOT NULL REFERENCES machine_classes, kernel INTEGER NOT NULL REFERENCES kernels,
  revision INTEGER NOT NULL REFERENCES revisions, tests INTEGER NOT NULL, states TEXT NOT NULL,
  runs INTEGER NOT NULL, failures INTEGER NOT NULL, elapsed_ms REAL NOT NULL,
  ended_reason TEXT, ended_exit INTEGER,
  -- Of the log that this was read from; another size or time means that it has grown since.
  log_bytes INTEGER NOT NULL, log_ms REAL NOT NULL
);
CREATE INDEX nights_by_time ON nights (started_ms, id);
CREATE TABLE cells (
  night TEXT NOT NULL REFERENCES nights ON DELETE CASCADE, test INTEGER NOT NULL REFERENCES tests,
  condition INTEGER NOT NULL REFERENCES conditions, runs INTEGER NOT NULL, failures INTEGER NOT NULL, cell TEXT NOT NULL,
  PRIMARY KEY (night, test, condition)
) WITHOUT ROWID;
CREATE INDEX cells_by_test ON cells (test);
CREATE TABLE signatures (id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL);
CREATE TABLE sightings (
  night TEXT NOT NULL REFERENCES nights ON DELETE CASCADE, test INTEGER NOT NULL REFERENCES tests,
  condition INTEGER NOT NULL REFERENCES conditions, signature TEXT NOT NULL REFERENCES signatures, count INTEGER NOT NULL
);
CREATE INDEX sightings_by_night ON sightings (night);
CREATE INDEX sightings_by_signature ON sightings (signature);
CREATE VIEW signatures_seen AS
  SELECT signature, tests.suite, tests.name AS test, min(nights.started) AS first_seen, max(nights.started) AS last_seen,
    sum(count) AS count
  FROM sightings JOIN nights ON nights.id = night JOIN tests ON tests.id = test GROUP BY signature, test;
`,
];
