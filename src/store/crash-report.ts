import { writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolders } from '../make-folders.ts';

interface CrashFacts {
  env: Record<string, string | undefined>;
  argv: string[];
  version: string;
}

/** Keeps the stack of an error of ours in a file and returns the text for the person who met it. */
export function crashReport(error: unknown, facts: CrashFacts): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const text = `flakehunt ${facts.version}, Node ${process.version}\n${facts.argv.join(' ')}\n\n${stack}\n`;
  const kept = keep(text, facts.env);
  return `flakehunt: this is a bug in flakehunt, not in your test.\n${stack}\nThe report is in ${kept ?? 'no file: none could be written'}; please send it to the maintainers.\n`;
}

/** Path of the written report, or null where nothing can be written. */
function keep(text: string, env: CrashFacts['env']): string | null {
  const state = env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
  const name = `crash-${Date.now()}-${process.pid}.log`;
  for (const folder of [join(state, 'flakehunt', 'crashes'), tmpdir()]) {
    try {
      makeFolders(folder);
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    } catch {
      // The next folder may be writable.
    }
  }
  return null;
}
