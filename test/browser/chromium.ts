import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axeCore from 'axe-core';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import type { TestContext } from 'vitest';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where Chromium is; null: not here, which is a reason to skip, but not where all tests are to run. */
export function findChromium({ skip }: Pick<TestContext, 'skip'>): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (process.env.FLAKEHUNT_TESTS === 'all') throw new Error(`none of ${names.join(', ')} is in PATH`);
  return skip('there is no Chromium here');
}

export function launch(executablePath: string): Promise<Browser> {
  return puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}

export interface Sight {
  scheme?: 'light' | 'dark';
  width?: number;
  script?: boolean;
}

/** A page in a browser, and what it asked for and complained of. */
export interface Opened {
  page: Page;
  /** Errors and warnings of the console, and errors of scripts. */
  complaints: string[];
  /** Whatever was asked for beside the file itself. */
  requests: string[];
}

/** Opens the text of a page as a file, as from a mail. */
export async function open(browser: Browser, text: string, { scheme = 'light', width = 1280, script = true }: Sight) {
  const folder = mkdtempSync(join(tmpdir(), 'flakehunt-page-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, text);
  const address = pathToFileURL(file).href;
  const page = await browser.newPage();
  const opened: Opened = { page, complaints: [], requests: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') opened.complaints.push(message.text());
  });
  page.on('pageerror', (error) => opened.complaints.push(String(error)));
  await page.setRequestInterception(true);
  page.on('request', async (request) => {
    if (request.url() === address) return await request.continue();
    opened.requests.push(request.url());
    await request.abort();
  });
  await page.setJavaScriptEnabled(script);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setViewport({ width, height: 900 });
  await page.goto(address);
  rmSync(folder, { recursive: true, force: true });
  return opened;
}

/** What axe-core finds wrong, a line each. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return (await page.evaluate(`axe.run(document).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => id + ': ' + help + ': ' + html.slice(0, 160) + ' ' + failureSummary)))`)) as string[];
}
