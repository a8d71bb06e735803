/** The exit codes of every command. */
export const ExitCode = {
  /** Nothing found, or the fix confirmed. */
  ok: 0,
  /** Failures found, or not fixed. */
  found: 1,
  usage: 2,
  /** Environment or build: nothing was learned. */
  environment: 3,
  /** The budget ended before the statistics decided. */
  inconclusive: 5,
  internal: 70,
  allSkipped: 77,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An error a user can act on: one paragraph of what, why and what to do next. Everything else is our own fault. */
export class ExpectedError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.exitCode = exitCode;
  }
}

/** A mistake in the command line or the configuration. */
export class UsageError extends ExpectedError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, ExitCode.usage, options);
  }
}

/** Something outside us is missing or broken: a tool, a disk, a network, a permission. */
export class EnvironmentError extends ExpectedError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, ExitCode.environment, options);
  }
}

/** A revision does not build. */
export class BuildError extends ExpectedError {
  /** Path of the whole log. */
  readonly logPath: string;

  constructor(message: string, logPath: string, options?: ErrorOptions) {
    super(message, ExitCode.environment, options);
    this.logPath = logPath;
  }
}

/** The engine broke in the middle; what it reported before stands. */
export class EngineError extends ExpectedError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, ExitCode.environment, options);
  }
}
