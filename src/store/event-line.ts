import { UsageError } from '../errors.ts';
import { EVENT_LOG_VERSION, type HuntEvent } from '../model/events.ts';

type Kind = 'number' | 'string' | 'object' | 'boolean';

/** What a reader relies on in each event; enough to tell a damaged line from a whole one. */
const shapes: Record<HuntEvent['type'], Record<string, Kind>> = {
  hunt: { header: 'object' },
  session: { firstRun: 'number' },
  batch: { batch: 'number', stratum: 'object' },
  class: {
    class: 'number',
    run: 'number',
    batch: 'number',
    ending: 'object',
    usage: 'object',
    output: 'object',
    judgement: 'object',
  },
  tally: { batch: 'number', class: 'number', runs: 'object', count: 'number', wall: 'object', histogram: 'object' },
  'batch-end': { batch: 'number', runs: 'number' },
  effect: { batch: 'number', runs: 'number', events: 'number' },
  refused: { batch: 'number', part: 'string', text: 'string' },
  boot: { guest: 'number', ms: 'number' },
  note: { text: 'string' },
  end: { reason: 'string', exitCode: 'number' },
};

/**
 * Reads one line of the log. Null: the line is damaged.
 * @throws UsageError when the log was written by a newer flakehunt.
 */
export function parseEvent(line: string): HuntEvent | null {
  const value = parseObject(line);
  if (value === null) return null;
  refuseNewer(value);
  const shape = shapes[value.type as HuntEvent['type']];
  if (shape === undefined) return null;
  for (const [key, kind] of Object.entries(shape)) {
    if (typeof value[key] !== kind || value[key] === null) return null;
  }
  return value as unknown as HuntEvent;
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function refuseNewer(value: Record<string, unknown>): void {
  const version = value.v;
  if (value.type !== 'hunt' || typeof version !== 'number' || version <= EVENT_LOG_VERSION) return;
  throw new UsageError(
    `This hunt was recorded by a newer flakehunt: its log is version ${version}, this flakehunt reads up to ${EVENT_LOG_VERSION}. Update flakehunt to read it.`,
  );
}
