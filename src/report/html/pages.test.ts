import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { bisects } from '../bisect/sample-bisect.ts';
import { armHunts } from '../sample-arms.ts';
import { case1135, pass, sampleSummary } from '../sample-summary.ts';
import { bisectHtml } from './bisect-html.ts';
import { html } from './html.ts';
import { huntHtml } from './hunt-html.ts';

const kept = { dir: '/state/h', artifactDir: '/state/h/artifacts', state: 'ended' as const };

describe('html', () => {
  it('escapes text of any origin, in text and in attributes', () => {
    expect(html`<b title="${'"><script>'}">${'<i>&\u0000'}</b>`.text).toBe(
      '<b title="&#34;&#62;&#60;script&#62;">&#60;i&#62;&#38;^@</b>',
    );
  });

  it('joins lists, and writes nothing for null and false', () => {
    expect(html`${[1, 'a', [html`<br>`, null]]}${false}`.text).toBe('1a<br>');
  });
});

describe('the page of a hunt', () => {
  it.each(Object.entries(armHunts))('says what it found: %s', async (_name, summary) => {
    const { document } = parseHTML(await huntHtml(summary, kept));
    const text = document.body.textContent ?? '';
    for (const { signature } of summary.signatures) expect(text).toContain(signature.title);
    const measured = summary.strata.filter(({ eligible }) => eligible > 0);
    for (const { stratum } of measured) expect(text).toContain(stratum.condition);
  });

  it('of one condition has its rate, its durations and the commands that bring the failure back', async () => {
    const summary = sampleSummary([
      { count: 9958, judgement: pass },
      { count: 42, judgement: case1135 },
    ]);
    const text = parseHTML(await huntHtml(summary, kept)).document.body.textContent ?? '';
    expect(text).toContain('0.42 %');
    expect(text).toContain('-17 is EEXIST: File exists');
    expect(text).toContain('flakehunt replay 251123-msg-ring-k3f9:9959');
    expect(text).toContain('Known: msg-ring: a ring with DEFER_TASKRUN');
  });
});

describe('the page of a bisect', () => {
  it.each(Object.entries(bisects))('can be made of every end: %s', async (_name, summary) => {
    const { document } = parseHTML(await bisectHtml(summary));
    expect(document.querySelector('.headline')?.textContent).toMatch(/^[A-Zm].*\.$/);
    for (const { suspects } of summary.findings) {
      expect(document.body.textContent).toContain(suspects[0]?.commit.name ?? '');
    }
  });
});
