import { UsageError } from '../errors.ts';
import { NIGHT_LOG_VERSION, type NightEvent } from '../model/night-events.ts';
import { isNightEvent } from './night-shape.ts';

/** Null: the line is damaged. @throws UsageError when the log was written by a newer flakehunt. */
export function parseNightEvent(line: string): NightEvent | null {
  let value: { type?: unknown; v?: unknown } | null;
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return null;
  }
  if (value?.type === 'night' && typeof value.v === 'number' && value.v > NIGHT_LOG_VERSION) {
    throw new UsageError(
      `This night was recorded by a newer flakehunt: its log is version ${value.v}, this flakehunt reads up to ${NIGHT_LOG_VERSION}. Update flakehunt to read it.`,
    );
  }
  return isNightEvent(value) ? (value as NightEvent) : null;
}
