import type { ConfirmSummary } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { type ActivityLine, activityLine } from '../report/activity.ts';
import { createConfirmProgress, type LineProgress } from '../report/bisect/bisect-progress.ts';
import type { SourceContext } from '../source/context.ts';

/** What a confirmation shows while it is on. */
export interface ConfirmScreen {
  source: SourceContext;
  /** What is being done, a few words, before the plan is fixed. */
  tell(what: string): void;
  /** The plan is fixed: shows it. */
  begin(header: string, summary: ConfirmSummary): void;
  update(summary: ConfirmSummary): void;
  /** Gives the terminal back; harmless when it has been given back already. */
  stop(): void;
}

/** @param flags --json: standard output holds the result as JSON and nothing else; --quiet: no progress, no header */
export function confirmScreen(
  flags: { json?: boolean; quiet?: boolean },
  { screen, settings, signal }: CommandContext,
): ConfirmScreen {
  const silent = flags.json === true || flags.quiet === true;
  const activity: ActivityLine = activityLine(silent ? null : screen);
  let progress: LineProgress<ConfirmSummary> | null = null;
  const tell = (what: string) => (progress === null ? activity.show(what) : undefined);
  return {
    source: {
      paths: settings.paths,
      env: settings.env,
      signal,
      progress: tell,
      note: (text) => {
        activity.clear();
        screen.err(`flakehunt: note: ${text}\n`);
      },
    },
    tell,
    begin(header, summary) {
      activity.clear();
      if (silent) return;
      screen.out(`${header}\n`);
      progress = createConfirmProgress(screen);
      progress.start(summary, performance.now());
    },
    update(summary) {
      if (progress === null) tell(`${summary.before.rate.runs} runs before, ${summary.before.rate.failures} failed`);
      else progress.update(summary, performance.now());
    },
    stop() {
      activity.clear();
      progress?.stop();
      progress = null;
    },
  };
}
