import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { bisects } from '../bisect/sample-bisect.ts';
import { hostileNight } from '../night/sample-hostile.ts';
import { refusedNight, sampleNight } from '../night/sample-night.ts';
import { nightHtml } from './night-html.ts';

const small = sampleNight({ tests: 17, nights: 12 });

describe('the report of a night', () => {
  it.each([
    ['a few of 256 tests flake', false],
    ['all of 256 tests flake', true],
  ])(
    'is below 2 MB with 90 nights where %s',
    async (_name, flaky) => {
      const text = await nightHtml(sampleNight({ tests: 256, nights: 90, flaky }));
      expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
    },
    120_000,
  );

  it('tells every test, its verdict, its failures, and how to bring them back', async () => {
    const { document } = parseHTML(await nightHtml(small));
    const names = [...document.querySelectorAll('table.tests tbody th')].map(({ textContent }) => textContent);
    expect(names).toEqual(small.header.tests);
    const article = document.querySelector('article:has(h3)');
    expect(article?.textContent).toContain('quarantine expired');
    const text = document.body.textContent ?? '';
    for (const { test, verdict, bisect } of small.verdicts) {
      if (verdict.startsWith('new')) expect(text).toContain(bisect ?? test);
    }
    for (const { signatures } of small.cells) {
      for (const { signature, excerpt } of signatures) {
        expect(text).toContain(signature.title);
        expect(text).toContain(excerpt.trimEnd());
      }
    }
    expect(text).toContain('-17 is EEXIST: File exists');
  });

  it('has rates below a tenth of a percent on its scales', async () => {
    const rare = small.trend.map((point) => ({ ...point, failures: Math.min(1, point.failures), runs: 5000 }));
    const { document } = parseHTML(await nightHtml({ ...small, trend: rare }));
    const ticks = [...document.querySelectorAll('svg text')].map(({ textContent }) => textContent);
    expect(ticks).toContain('0.02 %');
  });

  it('asks for nothing from anywhere, and runs its own script alone', async () => {
    const text = await nightHtml(small, Object.values(bisects));
    const { document } = parseHTML(text);
    expect(document.querySelectorAll('script')).toHaveLength(1);
    expect([...document.querySelectorAll('[src], link, iframe, object, embed, image, use')]).toEqual([]);
    expect(text).not.toMatch(/url\(|@import/);
    expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/=]{44}'/,
    );
  });

  it('shows the posterior of a bisect that is known', async () => {
    const text = await nightHtml(small, Object.values(bisects));
    expect(text).toContain('posterior of each commit of the range');
    expect(await nightHtml(small)).not.toContain('posterior of each commit of the range');
  });

  it('of a first night does not say that nothing is new', async () => {
    const verdicts = small.verdicts.map((verdict) => ({ ...verdict, verdict: 'baseline' as const, quarantine: null }));
    const { document } = parseHTML(await nightHtml({ ...small, verdicts }));
    expect(document.querySelector('.headline')?.textContent).toMatch(
      /^There is no night to compare with\. \d of 17 tests/,
    );
  });

  it('says a refusal once, and is not green', async () => {
    const { document } = parseHTML(await nightHtml(refusedNight()));
    expect(document.querySelector('.headline')?.className).toBe('headline bad');
    expect(document.querySelector('.headline')?.textContent).toMatch(/^io_uring is refused here/);
  });

  it('is the same document whatever tests print', async () => {
    await fc.assert(
      fc.asyncProperty(hostileNight, async (report) => {
        const text = await nightHtml(report);
        const { document } = parseHTML(text);
        expect(document.querySelectorAll('script, img, iframe, [onerror]')).toHaveLength(1);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
        expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/u);
        expect(document.querySelectorAll('table.tests tbody tr')).toHaveLength(report.verdicts.length);
        expect(document.querySelectorAll('footer, main, nav')).toHaveLength(3);
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});
