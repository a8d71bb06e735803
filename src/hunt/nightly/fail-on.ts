import { ExitCode } from '../../errors.ts';
import type { FailOn, NightReport, NightVerdict, TestVerdict } from '../../model/night.ts';

export const failOns: readonly FailOn[] = ['new', 'worse', 'flaky', 'failing', 'never'];

const isNew: ReadonlySet<NightVerdict> = new Set(['new-failure', 'new-flake']);

/** Tests that make the night fail, each with why. */
export function failingOf(verdicts: readonly TestVerdict[], failOn: FailOn): string[] {
  if (failOn === 'never') return [];
  return verdicts.flatMap((verdict) => {
    const why = reason(verdict, failOn);
    return why === null ? [] : [`${verdict.test}: ${why}`];
  });
}

/** An entry that has expired asks to be looked at whenever its test fails, whether that is new or not. */
function reason({ verdict, state, quarantine }: TestVerdict, failOn: FailOn): string | null {
  const fails = state === 'flaky' || state === 'failing';
  if (fails && quarantine?.state === 'expired') {
    const { owner, expires } = quarantine.entry;
    return `its quarantine expired on ${expires} (${owner})`;
  }
  if (quarantine?.state === 'holds') return null;
  if (isNew.has(verdict)) return verdict;
  if (failOn !== 'new' && verdict === 'worse') return verdict;
  if ((failOn === 'flaky' || failOn === 'failing') && state === 'flaky') return state;
  return failOn === 'failing' && state === 'failing' ? state : null;
}

/** What a night says to the shell. */
export function nightExitCode({ header, ended, refusal, failing, verdicts }: NightReport): ExitCode {
  if (ended?.reason === 'interrupted') return ExitCode.interrupted;
  if (refusal !== null) return ExitCode.environment;
  if (failing.length > 0) return ExitCode.found;
  // Of nothing that changed there is nothing to run.
  if (header.tests.length === 0) return ExitCode.ok;
  if (verdicts.some(({ state }) => state === 'passing' || state === 'flaky' || state === 'failing')) return ExitCode.ok;
  return verdicts.some(({ state }) => state === 'skipped') && !verdicts.some(({ state }) => state === 'invalid')
    ? ExitCode.allSkipped
    : ExitCode.environment;
}
