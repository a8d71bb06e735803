import type { ExplainedPoint, SourceFrame } from '../../model/explain.ts';

/** `thread 0.2 (wait_for_message, msg-ring.c:75)` */
export function placeText(point: ExplainedPoint): string {
  return `thread ${point.thread} (${frameText(tellingFrame(point), point)})`;
}

/** Without a line of the test: the innermost frame that is not the system's, else the innermost one. */
export function tellingFrame({ named, frames }: ExplainedPoint): SourceFrame | null {
  return named ?? frames.find(isOfTest) ?? frames[0] ?? null;
}

/** Whether its code is the test's, or of a library that came with it. */
export function isOfTest({ module }: SourceFrame): boolean {
  return !/^\/(?:usr\/)?lib/.test(module);
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
