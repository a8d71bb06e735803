import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { NightReport } from '../model/night.ts';
import type { CommandContext } from '../model/settings.ts';
import { nightCtrf } from '../report/formats/ctrf.ts';
import { type JunitFlavour, nightJunit } from '../report/formats/junit.ts';
import { nightKtap } from '../report/formats/ktap.ts';
import { nightMarkdown } from '../report/formats/markdown.ts';
import { nightNdjson } from '../report/formats/ndjson.ts';

/** Which reports are wanted, and where: a file, or `-` for standard output. */
export interface ReportFlags {
  html?: string;
  junit?: string;
  junitFlavour?: string;
  ctrf?: string;
  ktap?: string;
  ndjson?: string;
  markdown?: string;
}

/** What is told in them. */
export interface Reported {
  /** Null: there is no such form of it (a bisect), so that HTML is all there is. */
  night: NightReport | null;
  html(): Promise<string>;
}

const forms = ['html', 'junit', 'ctrf', 'ktap', 'ndjson', 'markdown'] as const;
export type Form = (typeof forms)[number];
/** What files of a form are usually called. */
export const extensions: Record<Form, string> = {
  ...{ html: 'html', junit: 'xml', ctrf: 'json', ktap: 'ktap', ndjson: 'ndjson', markdown: 'md' },
};

/**
 * Checks what can be checked before the work is done.
 * @param htmlOption what the command calls it
 * @throws UsageError for a flavour or a place that cannot be
 */
export function checkReports(flags: ReportFlags, { settings }: CommandContext, htmlOption = '--html'): void {
  flavourOf(flags);
  const toOutput = forms.filter((form) => flags[form] === '-');
  if (toOutput.length > 1) {
    throw new UsageError(
      `${toOutput.map((form) => `--${form}`).join(' and ')} cannot both go to standard output: name a file for all but one.`,
    );
  }
  for (const form of forms) {
    const path = flags[form];
    if (path === undefined || path === '-') continue;
    const folder = dirname(resolve(settings.paths.cwd, path));
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      const option = form === 'html' ? htmlOption : `--${form}`;
      throw new UsageError(`${option} ${path} cannot be written: there is no folder ${folder}. Make it first.`);
    }
  }
}

/** Writes the reports that are wanted. @throws UsageError as `checkReports`; EnvironmentError when a file cannot be written */
export async function writeReports(flags: ReportFlags, reported: Reported, context: CommandContext): Promise<void> {
  checkReports(flags, context);
  const unknown = forms.find((form) => form !== 'html' && flags[form] !== undefined);
  if (reported.night === null && unknown !== undefined) {
    throw new UsageError(`--${unknown} tells of hunts and nights; a bisect has --html.`);
  }
  for (const form of forms) {
    const path = flags[form];
    if (path === undefined) continue;
    const text = await textOf(form, reported, flavourOf(flags));
    if (path === '-') context.screen.out(text);
    else await write(resolve(context.settings.paths.cwd, path), text);
  }
}

function flavourOf({ junitFlavour = 'surefire' }: ReportFlags): JunitFlavour {
  if (junitFlavour === 'surefire' || junitFlavour === 'plain') return junitFlavour;
  throw new UsageError(
    `--junit-flavour ${junitFlavour} is unknown: it is surefire (flaky tests pass, with flakyFailure) or plain (they fail).`,
  );
}

async function textOf(form: Form, { night, html }: Reported, flavour: JunitFlavour): Promise<string> {
  if (form === 'html' || night === null) return await html();
  switch (form) {
    case 'junit':
      return nightJunit(night, flavour);
    case 'ctrf':
      return nightCtrf(night);
    case 'ktap':
      return nightKtap(night);
    case 'ndjson':
      return nightNdjson(night);
    case 'markdown':
      return nightMarkdown(night);
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EnvironmentError(`${path} cannot be written (${code}).`, { cause: error });
  }
}
