import { readFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { fakeEngine } from '../exec/fake-engine.ts';
import type { FakeScript } from '../exec/fake-script.ts';
import { localEngine } from '../exec/local-engine.ts';
import { ensureSupervisor } from '../exec/supervisor-binary.ts';
import type { Engine } from '../model/engine.ts';
import type { SourceContext } from '../source/context.ts';

/** An engine and the identity of what carries out its runs. */
export interface ChosenEngine {
  engine: Engine;
  supervisor: string;
  /** The supervisor's program; null for the scripted engine. */
  path: string | null;
}

/**
 * The local engine, or the scripted one for `fake:FILE`.
 * @throws EnvironmentError when the supervisor cannot be compiled, UsageError for an unknown engine.
 */
export async function chooseEngine(
  spec: string | undefined,
  { paths, env, progress }: SourceContext,
): Promise<ChosenEngine> {
  if (spec === undefined || spec === 'local') {
    const { path, id } = await ensureSupervisor(paths, env, progress);
    return { engine: localEngine(path), supervisor: id, path };
  }
  if (!spec.startsWith('fake:')) throw new UsageError(`There is no engine "${spec}".`);
  const script = JSON.parse(await readFile(spec.slice('fake:'.length), 'utf8')) as FakeScript;
  return { engine: fakeEngine(script), supervisor: 'fake', path: null };
}
