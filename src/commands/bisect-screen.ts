import type { BisectSummary } from '../model/bisect.ts';
import type { BisectEvent } from '../model/bisect-events.ts';
import type { CommandContext } from '../model/settings.ts';
import { createBisectProgress, type LineProgress } from '../report/bisect/bisect-progress.ts';
import { type LineScreen, lineScreen } from './line-screen.ts';

/** What a bisect shows while it is on. */
export interface BisectScreen extends Omit<LineScreen<BisectSummary>, 'begin'> {
  begin(header: string, summary: () => BisectSummary): void;
  event(event: BisectEvent): void;
}

const refreshMs = 250;

/** @param flags see lineScreen */
export function bisectScreen(flags: { json?: boolean; quiet?: boolean }, context: CommandContext): BisectScreen {
  const lines = lineScreen<BisectSummary>(flags, context);
  let progress: LineProgress<BisectSummary> | null = null;
  let timer: NodeJS.Timeout | undefined;
  return {
    ...lines,
    begin(header, summary) {
      const shown = lines.begin(header, () => createBisectProgress(context.screen), summary());
      if (shown === null) return;
      timer = setInterval(() => shown.update(summary(), performance.now()), refreshMs);
      progress = shown;
    },
    event(event) {
      if (event.type === 'note') progress?.note(event.text);
    },
    stop() {
      clearInterval(timer);
      progress = null;
      lines.stop();
    },
  };
}
