import type { SessionEnd } from '../hunt/hunt-session.ts';
import type { HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { CommandContext } from '../model/settings.ts';
import { type ActivityLine, activityLine } from '../report/activity.ts';
import { renderHeader } from '../report/header.ts';
import { resultJson } from '../report/json.ts';
import { createProgress, type Progress } from '../report/progress.ts';
import { type KeptHunt, renderResult } from '../report/result.ts';
import type { SummaryFold } from '../report/summary.ts';
import type { SourceContext } from '../source/context.ts';

/** What a run shows, from the first activity to the result. Text on standard output, progress on standard error. */
export interface RunScreen {
  /** For the rooms that fetch, build and compile: their activity is shown, their notes are kept. */
  source: SourceContext;
  start(header: HuntHeader, summary: SummaryFold): void;
  event(event: HuntEvent): void;
  finish(end: SessionEnd): void;
  /** Gives the terminal back; harmless when it has been given back already. */
  stop(): void;
}

const refreshMs = 250;

/** @param flags --json: standard output holds the result as JSON and nothing else; --quiet: no progress, no header */
export function attachScreen(flags: { json?: boolean; quiet?: boolean }, context: CommandContext): RunScreen {
  const { screen, settings, signal } = context;
  const silent = flags.json === true || flags.quiet === true;
  const activity: ActivityLine = activityLine(silent ? null : screen);
  let progress: Progress | null = null;
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    activity.clear();
    progress?.stop();
    progress = null;
  };
  return {
    source: {
      paths: settings.paths,
      env: settings.env,
      signal,
      progress: (text) => activity.show(text),
      note: (text) => screen.err(`flakehunt: note: ${text}\n`),
    },
    start(header, summary) {
      activity.clear();
      if (silent) return;
      screen.out(`${renderHeader(header, screen)}\n`);
      const shown = createProgress(screen);
      const refresh = () => shown.update(summary.snapshot(), performance.now());
      shown.start(summary.snapshot(), performance.now());
      timer = setInterval(refresh, refreshMs);
      progress = shown;
    },
    event(event) {
      if (event.type === 'note') progress?.note(event.text);
      if (event.type === 'refused') progress?.note(`no ${event.part} in this hunt: ${event.text}`);
    },
    finish(end) {
      stop();
      const kept: KeptHunt = { dir: end.dir, artifactDir: end.artifactDir, state: 'ended' };
      screen.out(flags.json === true ? resultJson(end.summary, kept) : renderResult(end.summary, kept, screen));
    },
    stop,
  };
}
