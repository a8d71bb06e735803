import type { ConfirmSummary } from '../model/bisect.ts';
import type { CommandContext } from '../model/settings.ts';
import { createConfirmProgress, type LineProgress } from '../report/bisect/bisect-progress.ts';
import { type LineScreen, lineScreen } from './line-screen.ts';

/** What a confirmation shows while it is on. */
export interface ConfirmScreen extends Omit<LineScreen<ConfirmSummary>, 'begin'> {
  /** The plan is fixed: shows it. */
  begin(header: string, summary: ConfirmSummary): void;
  update(summary: ConfirmSummary): void;
}

/** @param flags see lineScreen */
export function confirmScreen(flags: { json?: boolean; quiet?: boolean }, context: CommandContext): ConfirmScreen {
  const lines = lineScreen<ConfirmSummary>(flags, context);
  let progress: LineProgress<ConfirmSummary> | null = null;
  return {
    ...lines,
    begin(header, summary) {
      progress = lines.begin(header, () => createConfirmProgress(context.screen), summary);
    },
    update(summary) {
      if (progress === null)
        lines.tell(`${summary.before.rate.runs} runs before, ${summary.before.rate.failures} failed`);
      else progress.update(summary, performance.now());
    },
    stop() {
      progress = null;
      lines.stop();
    },
  };
}
