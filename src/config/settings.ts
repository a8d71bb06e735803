import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { RunDefaults, Settings } from '../model/settings.ts';
import { findConfigFile } from './find-file.ts';
import { findPaths, homeFolder } from './paths.ts';
import { readConfigFile } from './read-file.ts';
import { environmentName, noDefaults, runKeys } from './run-keys.ts';
import { contradiction, layered } from './strategy-layers.ts';
import { type Reader, settingFrom } from './values.ts';

export interface SettingsSource {
  env: NodeJS.ProcessEnv;
  cwd: string;
  packageRoot: string;
  /** Value of `--config`. */
  configFlag?: string;
}

const nothingConfigured = { run: {}, suites: [], conditions: [], quarantine: [] };

/**
 * Defaults < configuration file < environment, merged and validated once. Without a configuration file nothing heavy is
 * loaded. Throws UsageError for what the file or a variable says, EnvironmentError when there is no home to keep things.
 */
export async function loadSettings({ env, cwd, packageRoot, configFlag }: SettingsSource): Promise<Settings> {
  const paths = findPaths(env, cwd, packageRoot);
  const configFile = chooseFile(env, cwd, configFlag);
  const configured = configFile === null ? nothingConfigured : await loadFile(configFile, cwd);
  return {
    paths,
    configFile,
    run: { ...noDefaults, ...layered(configured.run, environmentDefaults(env)) },
    suites: configured.suites,
    conditions: configured.conditions,
    quarantine: configured.quarantine,
    env: definedOnly(env),
  };
}

function chooseFile(env: NodeJS.ProcessEnv, cwd: string, flag: string | undefined): string | null {
  const named = flag ?? env.FLAKEHUNT_CONFIG ?? '';
  if (named !== '') return resolve(cwd, named);
  return findConfigFile(cwd, homeFolder(env), process.geteuid?.() ?? 0);
}

async function loadFile(file: string, cwd: string) {
  const text = readConfigFile(file);
  const { parseConfigFile } = await import('./load-file.ts');
  return parseConfigFile(text, file, cwd);
}

/** An empty variable counts as unset, so that one command can do without what the shell exports. */
function environmentDefaults(env: NodeJS.ProcessEnv): Partial<RunDefaults> {
  const entries = Object.entries(runKeys).flatMap(([field, { key, read }]) => {
    const name = environmentName(key);
    const text = env[name] ?? '';
    return text === '' ? [] : [[field, settingFrom(read as Reader<unknown>, text, name)] as const];
  });
  const given: Partial<RunDefaults> = Object.fromEntries(entries);
  const both = contradiction(given, environmentName);
  if (both !== null) throw new UsageError(both);
  return given;
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}
