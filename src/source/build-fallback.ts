import type { BuildFallback } from '../model/suite.ts';
import { StepFailure } from './build-step.ts';

/**
 * The first way that builds: null is the plain one. Only a compile error makes the next one worth a try.
 * @throws what the first way threw, for the others were only tried because of it; whatever is no failure of a step.
 */
export async function firstThatBuilds(
  ways: readonly (BuildFallback | null)[],
  build: (way: BuildFallback | null) => Promise<void>,
): Promise<BuildFallback | null> {
  let first: StepFailure | null = null;
  for (const way of ways) {
    try {
      await build(way);
      return way;
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      first ??= error;
      if (!error.compiling) break;
    }
  }
  throw first ?? new Error('there is no way to build');
}

/** Its variables, with those of `env` that they name put in. */
export function fallbackEnv(fallback: BuildFallback | null, env: Record<string, string>): Record<string, string> {
  const put = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => env[name] ?? '');
  return Object.fromEntries(Object.entries(fallback?.env ?? {}).map(([name, value]) => [name, put(value).trim()]));
}
