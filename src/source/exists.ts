import { stat } from 'node:fs/promises';

/** Whether something is at `path`, and can be looked at. */
export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
