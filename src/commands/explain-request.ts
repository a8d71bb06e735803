import { randomBytes } from 'node:crypto';
import { parseDuration } from '../config/values.ts';
import { UsageError } from '../errors.ts';
import type { RunDefaults } from '../model/settings.ts';
import { type GuestFlags, type GuestRequest, readGuest } from './guest-request.ts';
import type { TargetRequest } from './prepare-target.ts';
import { parseSeed, readWhat } from './run-request.ts';

/** Flags of `flakehunt explain` as the command line gives them. */
export interface ExplainFlags extends GuestFlags {
  /** A hunt or a test. */
  subject?: string | undefined;
  /** What stood behind `--`, or null without one. */
  afterDashes: string[] | null;
  tree?: string;
  rev?: string;
  suite?: string;
  limit?: string;
  time?: string;
  seed?: string;
  markdown?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/** The same, typed. */
export interface ExplainRequest {
  /** `hunt`: what a hunt found, or where there is none of this name the test of it. */
  what: { kind: 'hunt'; ref: string | null } | { kind: 'test'; request: TargetRequest };
  limitMs: number | null;
  /** For collecting runs. */
  timeMs: number;
  seed: string;
  guest: GuestRequest;
  form: 'text' | 'markdown' | 'json';
}

const usualTimeMs = 30_000;

/** @throws UsageError for what cannot be meant. */
export function readExplainFlags(flags: ExplainFlags, defaults: RunDefaults): ExplainRequest {
  const { json = false, markdown = false } = flags;
  if (json && markdown) throw new UsageError('--json and --markdown print one document each; leave one out.');
  return {
    what: readSubject(flags, defaults),
    limitMs: flags.limit === undefined ? null : parseDuration(flags.limit, '--limit'),
    timeMs: flags.time === undefined ? usualTimeMs : parseDuration(flags.time, '--time'),
    seed: flags.seed === undefined ? randomBytes(8).toString('hex') : parseSeed(flags.seed),
    guest: readGuest(flags, defaults),
    form: json ? 'json' : markdown ? 'markdown' : 'text',
  };
}

function readSubject(flags: ExplainFlags, defaults: RunDefaults): ExplainRequest['what'] {
  const { subject, afterDashes, tree, rev, suite } = flags;
  const isTest = [tree, rev, suite].some((flag) => flag !== undefined) || afterDashes !== null;
  if (!isTest) return { kind: 'hunt', ref: subject ?? null };
  const what = readWhat({ ...(subject === undefined ? {} : { test: subject }), afterDashes });
  if (what === null) {
    throw new UsageError(
      'Which test? Give its name (`flakehunt explain msg-ring.t --tree lab`), or a command behind -- (`flakehunt explain -- ./a.out`).',
    );
  }
  return { kind: 'test', request: testRequest(what, { tree, rev, suite }, defaults) };
}

/** A command has no tree; whoever names a tree has all that matters in the command. */
export function testRequest(
  what: NonNullable<TargetRequest['what']>,
  flags: { tree: string | undefined; rev: string | undefined; suite: string | undefined },
  defaults: RunDefaults,
): TargetRequest {
  const own = what.kind === 'command' || flags.tree !== undefined ? { tree: null, rev: null, suite: null } : defaults;
  return { what, tree: flags.tree ?? own.tree, rev: flags.rev ?? own.rev, suite: flags.suite ?? own.suite };
}
