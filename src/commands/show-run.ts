import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Screen } from '../model/settings.ts';
import type { Reproducer } from '../model/summary.ts';
import { visible } from '../oracle/visible.ts';
import { filledCondition } from '../perturb/fill-learnt.ts';
import { replayElsewhere, replayHere } from '../report/reproduce.ts';
import { type RunView, renderRun } from '../report/show.ts';
import { mixSeed } from '../stats/random.ts';
import { type FoundRun, findRun } from '../store/find-run.ts';
import { artifactFolder } from '../store/hunt-folder.ts';
import { readHunt } from '../store/read-hunt.ts';

export interface ShowRunOptions {
  json?: boolean;
  raw?: boolean;
}

/** Version of `flakehunt show HUNT:RUN --json`. */
const jsonVersion = 1;

/**
 * Shows one run with its whole output: escaped for a terminal, byte for byte anywhere else and with `raw`.
 * @throws UsageError when the hunt has no such run; EnvironmentError when its log cannot be read.
 */
export async function showRun(dir: string, run: number, options: ShowRunOptions, screen: Screen): Promise<void> {
  const found = await findRun(readHunt(dir), run);
  const output = await readOutput(dir, found);
  if (options.raw === true) return screen.out(output.bytes);
  const view = viewOf(dir, found, output);
  if (options.json === true) return screen.out(asJson(found, view, output));
  screen.out(renderRun(view, screen));
  screen.out(screen.tty ? escapeLines(Buffer.from(output.bytes).toString('utf8')) : output.bytes);
}

interface KeptOutput {
  bytes: Uint8Array;
  path: string | null;
  missing: string | null;
}

async function readOutput(dir: string, { event }: FoundRun): Promise<KeptOutput> {
  if (event.output.file === null) return { bytes: new Uint8Array(), path: null, missing: null };
  const path = join(artifactFolder(dir), event.output.file);
  try {
    return { bytes: await readFile(path), path, missing: null };
  } catch (error) {
    const missing = `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    return { bytes: new Uint8Array(), path, missing };
  }
}

function viewOf(dir: string, found: FoundRun, output: KeptOutput): RunView {
  const { header, run, event, first, wallUs, stratum } = found;
  const { judgement } = event;
  const again = reproducerOf(found);
  const workers = stratum?.jobs === 1 ? '1 worker' : `${stratum?.jobs} workers`;
  return {
    hunt: header.id,
    run,
    test: header.test,
    revision: header.revision,
    verdict: judgement.verdict,
    title: judgement.signature?.title ?? judgement.reason,
    signature: judgement.signature?.id ?? null,
    ending: event.ending,
    limitMs: header.limitMs,
    wallUs,
    condition: stratum === null ? null : `${again.condition}, ${workers}`,
    seed: again.seed,
    schedule: first ? (event.schedule ?? null) : null,
    again: replayHere(header, run),
    elsewhere: replayElsewhere(header, again),
    errnos: judgement.signature?.errnos.map(({ value, name, text }) => `${value} ${name}: ${text}`) ?? [],
    known: judgement.known,
    core: event.core === null ? null : join(artifactFolder(dir), event.core),
    stacks: event.stacks,
    kernelLog: event.kernelLog,
    classRun: first ? run : event.run,
    exact: event.exact,
    output: {
      total: event.output.total,
      kept: output.bytes.length,
      cutAt: event.output.cutAt,
      missing: output.missing,
    },
  };
}

/** A run of a batch that was not recorded cannot be known better than as a plain one. */
function reproducerOf({ header, run, stratum, learnt }: FoundRun): Reproducer {
  const condition = stratum === null ? 'plain' : filledCondition(stratum.condition, learnt);
  return { run, seed: mixSeed(header.seed, run), condition };
}

/** Control characters made visible, lines and tabs as they are. */
function escapeLines(text: string): string {
  const safe = text
    .split('\n')
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
  return safe === '' || safe.endsWith('\n') ? safe : `${safe}\n`;
}

function asJson(found: FoundRun, view: RunView, output: KeptOutput): string {
  const { header, event, first, stratum } = found;
  const document = {
    v: jsonVersion,
    kind: 'run',
    hunt: header.id,
    run: view.run,
    seed: view.seed,
    schedule: view.schedule,
    reproducer: { ...reproducerOf(found), here: view.again, elsewhere: view.elsewhere },
    judgement: event.judgement,
    ending: event.ending,
    wallUs: view.wallUs,
    stratum,
    usage: first ? event.usage : null,
    class: { id: event.class, firstRun: event.run, exact: event.exact },
    output: {
      ofRun: event.run,
      file: output.path,
      missing: output.missing,
      total: event.output.total,
      cutAt: event.output.cutAt,
      text: Buffer.from(output.bytes).toString('utf8'),
    },
    stacks: event.stacks,
    kernelLog: event.kernelLog,
    core: view.core,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
