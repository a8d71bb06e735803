import fc from 'fast-check';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bisects, sampleBisect } from '../../src/report/bisect/sample-bisect.ts';
import { bisectHtml } from '../../src/report/html/bisect-html.ts';
import { huntHtml } from '../../src/report/html/hunt-html.ts';
import { nightHtml } from '../../src/report/html/night-html.ts';
import { hostileNight } from '../../src/report/night/sample-hostile.ts';
import { refusedNight, sampleNight } from '../../src/report/night/sample-night.ts';
import { armHunts } from '../../src/report/sample-arms.ts';
import { axe, findChromium, launch, open } from './chromium.ts';

let browser: Browser | null = null;
const texts: Record<string, string> = {};

beforeAll(async () => {
  texts.night = await nightHtml(sampleNight({ tests: 40, nights: 30 }), Object.values(bisects).slice(0, 1));
  texts.refused = await nightHtml(refusedNight());
  texts.hunt = await huntHtml(armHunts['two failures'], { dir: '/state/h', artifactDir: '/state/h/a', state: 'ended' });
  texts.bisect = await bisectHtml(bisects['two steps'] ?? sampleBisect());
});
beforeEach(async (context) => {
  browser ??= await launch(findChromium(context));
});
afterAll(async () => await browser?.close());

function shown(name: string, sight: Parameters<typeof open>[2] = {}) {
  if (browser === null) throw new Error('no browser');
  return open(browser, texts[name] ?? '', sight);
}

describe.each(['night', 'refused', 'hunt', 'bisect'])('the page: %s', (name) => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)(
    '%s, %d wide: nothing is asked for, axe-core finds nothing, nothing is too wide',
    async (scheme, width) => {
      const { page, complaints, requests } = await shown(name, { scheme, width });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await axe(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      await page.close();
    },
  );

  it('says all of it without its script', async () => {
    const plain = await shown(name, { script: false });
    const scripted = await shown(name);
    const words = `(() => {
      const main = document.querySelector('main').cloneNode(true);
      for (const added of main.querySelectorAll('.command button, .filter, [role=status]')) added.remove();
      return main.textContent.replace(/\\s+/g, ' ');
    })()`;
    const unseen =
      '[...document.querySelectorAll("main :is(h2, h3, p, pre, td, svg)")].filter((e) => !e.checkVisibility()).length';
    // The debugger may look where the page's own script may not run.
    const told = await plain.page.evaluate(words);
    expect(told).toBe(await scripted.page.evaluate(words));
    expect(await plain.page.evaluate('document.querySelectorAll("button, input").length')).toBe(0);
    expect(await plain.page.evaluate(unseen)).toBe(0);
    expect(plain.requests).toEqual([]);
    await plain.page.close();
    await scripted.page.close();
  });
});

describe('the table of tests', () => {
  const names =
    '[...document.querySelectorAll("table.tests tbody tr:not([hidden]) th")].map((cell) => cell.textContent)';

  it('is sorted from the keyboard, and says so', async () => {
    const { page } = await shown('night');
    const before = (await page.evaluate(names)) as string[];
    await page.focus('table.tests thead button');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.querySelector("table.tests thead th").ariaSort')).toBe('ascending');
    await page.keyboard.press('Space');
    expect(await page.evaluate('document.querySelector("table.tests thead th").ariaSort')).toBe('descending');
    expect(await page.evaluate(names)).toEqual(
      before.toSorted(new Intl.Collator('en', { numeric: true }).compare).toReversed(),
    );
    expect(await page.evaluate('document.querySelector("table.tests").previousElementSibling.textContent')).not.toBe(
      '',
    );
    await page.close();
  });

  it('shows where the focus is', async () => {
    const { page } = await shown('night');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report');
    expect(await page.evaluate('document.activeElement.getBoundingClientRect().left >= 0')).toBe(true);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.close();
  });

  it('finds tests by name', async () => {
    const { page } = await shown('night');
    await page.type('input[type=search]', 'msg-ring');
    expect(await page.evaluate(names)).toEqual(['msg-ring']);
    await page.close();
  });
});

it.each([1, 2, 3])('a night of hostile texts is a page like any other: %d', async (seed) => {
  const [report] = fc.sample(hostileNight, { numRuns: 1, seed });
  texts.hostile = await nightHtml(report ?? sampleNight());
  const { page, complaints, requests } = await shown('hostile', { width: 390 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  expect(await page.evaluate('document.scripts.length')).toBe(1);
  expect(complaints).toEqual([]);
  expect(requests).toEqual([]);
  await page.close();
});

it('prints on pages that nothing is cut off from', async () => {
  const { page } = await shown('night');
  await page.emulateMediaType('print');
  // The inner width of A4 with its margins, at 96 pixels an inch.
  await page.setViewport({ width: 688, height: 1000 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(688);
  const wide =
    '[...document.querySelectorAll(".scroll")].filter((box) => box.scrollWidth > box.clientWidth + 1).length';
  expect(await page.evaluate(wide)).toBe(0);
  await page.close();
});
