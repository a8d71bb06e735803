import type { BisectSummary } from '../model/bisect.ts';
import type { BisectEvent } from '../model/bisect-events.ts';
import type { CommandContext } from '../model/settings.ts';
import { type ActivityLine, activityLine } from '../report/activity.ts';
import { createBisectProgress, type LineProgress } from '../report/bisect/bisect-progress.ts';
import type { SourceContext } from '../source/context.ts';

/** What a bisect shows while it is on. */
export interface BisectScreen {
  /** For what is done before the search, and beside it: activity is shown, notes are kept. */
  source: SourceContext;
  /** What is being done, a few words, before the search has begun. */
  tell(what: string): void;
  begin(header: string, summary: () => BisectSummary): void;
  event(event: BisectEvent): void;
  /** Gives the terminal back; harmless when it has been given back already. */
  stop(): void;
}

const refreshMs = 250;

/** @param flags --json: standard output holds the result as JSON and nothing else; --quiet: no progress, no header */
export function bisectScreen(
  flags: { json?: boolean; quiet?: boolean },
  { screen, settings, signal }: CommandContext,
): BisectScreen {
  const silent = flags.json === true || flags.quiet === true;
  const activity: ActivityLine = activityLine(silent ? null : screen);
  let progress: LineProgress<BisectSummary> | null = null;
  let timer: NodeJS.Timeout | undefined;
  const tell = (what: string) => (progress === null ? activity.show(what) : undefined);
  return {
    source: {
      paths: settings.paths,
      env: settings.env,
      signal,
      progress: tell,
      note: (text) => {
        activity.clear();
        if (progress === null) screen.err(`flakehunt: note: ${text}\n`);
        else progress.note(text);
      },
    },
    tell,
    begin(header, summary) {
      activity.clear();
      if (silent) return;
      screen.out(`${header}\n`);
      const shown = createBisectProgress(screen);
      shown.start(summary(), performance.now());
      timer = setInterval(() => shown.update(summary(), performance.now()), refreshMs);
      progress = shown;
    },
    event(event) {
      if (event.type === 'note') progress?.note(event.text);
    },
    stop() {
      clearInterval(timer);
      activity.clear();
      progress?.stop();
      progress = null;
    },
  };
}
