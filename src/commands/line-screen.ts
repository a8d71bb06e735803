import type { CommandContext } from '../model/settings.ts';
import { type ActivityLine, activityLine } from '../report/activity.ts';
import type { LineProgress } from '../report/bisect/bisect-progress.ts';
import type { SourceContext } from '../source/context.ts';

/** What a command shows that first makes ready, and then has progress to tell of. */
export interface LineScreen<Summary> {
  /** For what is done before, and beside it: activity is shown, notes are kept. */
  source: SourceContext;
  /** What is being done, a few words, before there is progress. */
  tell(what: string): void;
  /** Shows the header and begins to show progress; null where nothing is to be shown. */
  begin(header: string, make: () => LineProgress<Summary>, first: Summary): LineProgress<Summary> | null;
  /** Gives the terminal back; harmless when it has been given back already. */
  stop(): void;
}

/** @param flags --json: standard output holds the result as JSON and nothing else; --quiet: no progress, no header */
export function lineScreen<Summary>(
  flags: { json?: boolean; quiet?: boolean },
  { screen, settings, signal }: CommandContext,
): LineScreen<Summary> {
  const silent = flags.json === true || flags.quiet === true;
  const activity: ActivityLine = activityLine(silent ? null : screen);
  let progress: LineProgress<Summary> | null = null;
  const tell = (what: string) => (progress === null ? activity.show(what) : undefined);
  const note = (text: string) => {
    activity.clear();
    if (progress === null) screen.err(`flakehunt: note: ${text}\n`);
    else progress.note(text);
  };
  return {
    source: { paths: settings.paths, env: settings.env, signal, progress: tell, note },
    tell,
    begin(header, make, first) {
      activity.clear();
      if (silent) return null;
      screen.out(`${header}\n`);
      progress = make();
      progress.start(first, performance.now());
      return progress;
    },
    stop() {
      activity.clear();
      progress?.stop();
      progress = null;
    },
  };
}
