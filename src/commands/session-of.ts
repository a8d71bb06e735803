import type { ChosenEngine } from '../hunt/engine-choice.ts';
import type { SessionContext } from '../hunt/hunt-session.ts';
import type { MachineFacts } from '../model/machine.ts';
import type { CommandContext } from '../model/settings.ts';
import { findTool } from './find-tool.ts';
import type { RunScreen } from './run-screen.ts';

/** What a session of runs needs, from what a command has. */
export function sessionOf(
  chosen: ChosenEngine,
  machine: MachineFacts,
  screen: RunScreen,
  { settings, signal }: CommandContext,
): SessionContext {
  const { paths, env } = settings;
  return {
    paths,
    env,
    signal,
    chosen,
    machine,
    gdb: findTool('gdb', env),
    stressNg: findTool('stress-ng', env),
    onStart: screen.start,
    onEvent: screen.event,
  };
}
