import type { BisectSummary } from '../model/bisect.ts';
import { BisectFold } from '../report/bisect/bisect-fold.ts';
import { readBisect } from '../store/bisect-log.ts';

/** The whole log of a bisect, folded, and the budget of its last session. @throws EnvironmentError when it is damaged */
export async function summariseBisect(dir: string): Promise<{ summary: BisectSummary; timeMs: number | null }> {
  const fold = new BisectFold();
  let timeMs: number | null = null;
  for await (const event of readBisect(dir)) {
    fold.apply(event);
    if (event.type === 'session') timeMs = event.timeMs;
  }
  return { summary: fold.summary(), timeMs };
}
