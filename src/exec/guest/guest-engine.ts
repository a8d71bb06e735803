import { EnvironmentError } from '../../errors.ts';
import type { Engine } from '../../model/engine.ts';
import type { GuestFacts } from '../../model/kernel.ts';
import type { Paths } from '../../model/settings.ts';

export interface GuestTools {
  paths: Paths;
  env: Record<string, string>;
  files: string[];
  note(text: string): void;
  progress(text: string): void;
}

export function guestEngine(_supervisor: string, _facts: GuestFacts, _tools: GuestTools): Engine {
  return {
    name: 'guest',
    async start() {
      throw new EnvironmentError('stand-in');
    },
  };
}
