import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bench } from './flakehunt.ts';

it('judges by the configured suite, unless another one is named', async () => {
  const place = bench();
  const config = "run: {suite: mine}\nsuites: {mine: {command: ['true'], failure-patterns: ['lost \\d+ events']}}\n";
  writeFileSync(join(place.dir, 'flakehunt.config.yaml'), config);
  const input = 'lost 3 events\n';
  expect((await place.run(['parse'], { input })).code).toBe(1);
  expect((await place.run(['parse', '--suite', 'liburing'], { input })).code).toBe(0);
});
