import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { bench } from './flakehunt.ts';

it('a night that io_uring is refused to says so once, and is not green', async () => {
  const place = bench();
  const refuse = join(place.dir, 'refuse');
  await execa('cc', ['-o', refuse, join(import.meta.dirname, '../lab/refuse-io-uring.c')]);
  const config = 'suites:\n  ringy:\n    extends: lab\n    requires: io_uring\n';
  writeFileSync(join(place.dir, 'flakehunt.config.yaml'), config);
  const script = join(import.meta.dirname, '../../bin/flakehunt.js');
  const night = ['nightly', '--tree', 'lab', '--suite', 'ringy', '--time', '1m'];
  const { exitCode, stdout } = await execa(refuse, [process.execPath, script, ...night], {
    ...{ cwd: place.dir, env: place.env, extendEnv: false, reject: false },
  });
  expect(exitCode).toBe(3);
  expect(stdout.match(/io_uring is refused here: .*EPERM/g)).toHaveLength(1);
  expect(stdout).toContain('`flakehunt doctor` tells more.');
  expect((await place.run(['history'])).out).toMatch(/done, exit 3/);
});
