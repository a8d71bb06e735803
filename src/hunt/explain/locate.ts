import { liveFrames, namedFrame, stackWords } from '../../explain/stack.ts';
import { threadOf } from '../../explain/traced-events.ts';
import type { PointRecord } from '../../model/engine.ts';
import type { ExplainedPoint, TracedRun } from '../../model/explain.ts';
import type { SourceContext } from '../../source/context.ts';
import { sourceExcerpt, sourceFrames } from '../../source/source-lines.ts';

/**
 * Where in the source an event is: the stack that most runs had there.
 * @param test whose own file is preferred
 */
export async function locate(
  event: string,
  points: readonly Pick<PointRecord, 'key' | 'frames'>[],
  runs: readonly TracedRun[],
  test: string,
  context: SourceContext,
): Promise<ExplainedPoint> {
  const words = stackWords(commonest(points.filter(({ key }) => key === event)));
  const called = await sourceFrames(
    words.map(({ module, target }) => ({ module, offset: (target ?? -1n) + 1n })),
    context,
  );
  const frames = await sourceFrames(words, context);
  const located = words.map(({ target }, index) => {
    const callee = called[index]?.at(-1)?.function ?? null;
    return { frames: frames[index] ?? [], called: target === null ? null : callee };
  });
  const stack = liveFrames(located);
  const named = namedFrame(stack, test);
  const seen = runs.flatMap(({ events }) => events).find(({ key }) => key === event);
  const excerpt = named?.file && named.line !== null ? await sourceExcerpt(named.file, named.line) : [];
  return {
    ...{ event, thread: threadOf(event), call: event.split(':')[1] ?? '', object: seen?.object ?? null },
    ...{ frames: stack, named, excerpt },
  };
}

function commonest(points: readonly Pick<PointRecord, 'frames'>[]): string {
  const counts = new Map<string, number>();
  for (const { frames } of points) counts.set(frames, (counts.get(frames) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
