import { constants } from 'node:os';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { builtProgram, builtSupervisor } from './built.ts';

test.each([
  ['eperm', constants.errno.EPERM],
  ['ebusy', constants.errno.EBUSY],
])('a probe of chaos tells why it is refused: %s', async (way, errno) => {
  const { stdout } = await execa(await builtProgram('refuse-seccomp'), [way, await builtSupervisor(), '--probe']);
  expect(stdout).toContain(` chaos=${errno} `);
});
