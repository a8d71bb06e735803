import { ExitCode, UsageError } from '../errors.ts';
import { type KernelList, listKernels } from '../kernel/list-kernels.ts';
import type { CommandContext } from '../model/settings.ts';
import { type KernelRow, type KernelsFound, renderKernels } from '../report/kernels.ts';
import { lineScreen } from './line-screen.ts';

export interface KernelsOptions {
  pattern?: string | undefined;
  cached?: boolean;
  json?: boolean;
}

/** Version of `flakehunt kernels --json`. */
const jsonVersion = 1;

/** Lists the kernels that guests can be booted with. Exit code 3 when Debian was to be asked, and cannot be. */
export async function kernels(options: KernelsOptions, context: CommandContext): Promise<ExitCode> {
  const { json, cached: here = false } = options;
  const pattern = options.pattern?.replace(/^deb:/, '') ?? null;
  if (pattern !== null && !/^[\w.*?+~:-]+$/.test(pattern)) {
    throw new UsageError(`"${pattern}" is no pattern of kernel versions; say 6.12, '6.1.*' or 6.1.0-50.`);
  }
  const line = lineScreen({ json: json === true }, context);
  const list = await listKernels(pattern, here, line.source).finally(() => line.stop());
  const found: KernelsFound = { pattern, lookedMs: list.lookedMs, rows: rowsOf(list) };
  context.screen.out(json === true ? asJson(found) : renderKernels(found, Date.now(), context.screen));
  return here || list.debian !== null ? ExitCode.ok : ExitCode.environment;
}

function rowsOf({ cached, installed, debian }: KernelList): KernelRow[] {
  return [
    ...cached.map((kernel): KernelRow => {
      const { release, version, suites, image, bytes, lastUsedMs } = kernel;
      return { where: 'cache', ...named(kernel), release, version, suites, image, bytes, lastUsedMs };
    }),
    ...installed.map(({ release, image }): KernelRow => {
      const unknown = { version: null, package: null, suites: [], bytes: null, lastUsedMs: null };
      return { where: 'installed', spec: release, release, image, ...unknown };
    }),
    ...(debian ?? []).map((kernel): KernelRow => {
      const { release, version, suites, files } = kernel;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { where: 'debian', ...named(kernel), release, version, suites, image: null, bytes, lastUsedMs: null };
    }),
  ];
}

function named(kernel: { release: string; package: string; packageVersion: string }) {
  return { spec: `deb:${kernel.packageVersion}`, package: `${kernel.package} ${kernel.packageVersion}` };
}

function asJson({ pattern, lookedMs, rows }: KernelsFound): string {
  const looked = lookedMs === null ? null : new Date(lookedMs).toISOString();
  return `${JSON.stringify({ v: jsonVersion, kind: 'kernels', pattern, looked, kernels: rows }, null, 2)}\n`;
}
