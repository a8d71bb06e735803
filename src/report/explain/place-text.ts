import type { ExplainedPoint, SourceFrame } from '../../model/explain.ts';

/** `thread 0.2 (wait_for_message, msg-ring.c:75)` */
export function placeText(point: ExplainedPoint): string {
  return `thread ${point.thread} (${frameText(point.named ?? point.frames[0] ?? null, point)})`;
}

/** `wait_for_message, msg-ring.c:75`, or what there is: symbol, module and offset. */
export function frameText(frame: SourceFrame | null, { event }: Pick<ExplainedPoint, 'event'>): string {
  if (frame === null) return `at ${event.split(':')[2] ?? ''}`;
  const { file, line, module, offset } = frame;
  const place = file === null ? `${baseName(module)}+${offset}` : `${baseName(file)}${line === null ? '' : `:${line}`}`;
  return frame.function === null ? place : `${frame.function}, ${place}`;
}

/** What a call does, as a person says it. */
export function callText({ call, object }: ExplainedPoint): string {
  const what = object === null ? '' : ` on ${object}`;
  return call === 'io_uring_enter' ? `enters io_uring_enter${what}` : `calls ${call}${what}`;
}

export function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}
