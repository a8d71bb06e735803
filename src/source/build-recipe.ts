import { UsageError } from '../errors.ts';
import type { BuildRecipe, Suite } from '../model/suite.ts';

/** @throws UsageError when the suite has none. */
export function buildRecipe(suite: Suite): BuildRecipe {
  if (suite.build !== null) return suite.build;
  throw new UsageError(
    `The suite ${suite.name} does not say how to build a test; give it a \`build\`, or hunt a command: flakehunt run -- CMD.`,
  );
}
