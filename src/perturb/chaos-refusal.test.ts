import { expect, it } from 'vitest';
import { chaosRefusal } from './chaos-refusal.ts';

it.each([
  ['EBUSY', 'outside'],
  ['EPERM', 'allow it the system call'],
  ['EACCES', 'allow it the system call'],
  ['ENOSYS', 'Linux 5.5'],
  ['EINVAL', 'Linux 5.5'],
])('what helps against %s depends on who refuses', (errno, remedy) => {
  expect(chaosRefusal(errno).remedy).toContain(remedy);
});
