import { UsageError } from '../errors.ts';
import { NIGHT_LOG_VERSION, type NightEvent } from '../model/night-events.ts';

const types = new Set<NightEvent['type']>([
  'night',
  'session',
  'begun',
  'load',
  'cell',
  'note',
  'refused',
  'bisected',
  'end',
]);

/** Null: the line is damaged. @throws UsageError when the log was written by a newer flakehunt. */
export function parseNightEvent(line: string): NightEvent | null {
  let value: { type?: unknown; v?: unknown; cell?: unknown; header?: unknown };
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !types.has(value.type as NightEvent['type'])) return null;
  if (value.type === 'night' && typeof value.v === 'number' && value.v > NIGHT_LOG_VERSION) {
    throw new UsageError(
      `This night was recorded by a newer flakehunt: its log is version ${value.v}, this flakehunt reads up to ${NIGHT_LOG_VERSION}. Update flakehunt to read it.`,
    );
  }
  if (value.type === 'cell' && !isMap(value.cell)) return null;
  if (value.type === 'night' && !isMap(value.header)) return null;
  return value as NightEvent;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
