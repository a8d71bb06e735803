/** One finding of `flakehunt doctor`. */
export interface Check {
  name: string;
  group: 'needed' | 'kernel' | 'diagnosis' | 'machine';
  /** ok: nothing is lost. warn: something is, see `cost`. bad: no hunt can work. */
  state: 'ok' | 'warn' | 'bad';
  /** What was found, a few words. */
  found: string;
  /** What is lost by it, one clause; null when nothing is. */
  cost: string | null;
  /** How to get it, one clause; null where there is no way or no need. */
  remedy: string | null;
}
