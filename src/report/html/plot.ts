import type { Markish, PlotOptions } from '@observablehq/plot';
import { readable } from '../readable.ts';
import { Html, html } from './html.ts';

export type Plot = typeof import('@observablehq/plot');

/** Draws what Observable Plot makes of marks, as SVG that stands in the page. */
export type Draw = (figure: Figure) => Html;

export interface Figure {
  /** Of the picture, for those who do not see it: its name, and what it shows. */
  title: string;
  description: string;
  options: (plot: Plot) => Omit<PlotOptions, 'marks'> & { marks: Markish[] };
}

/** Loads Plot and a document to draw in: 62 packages, half a second, so only where something is drawn. */
export async function loadPlot(): Promise<Draw> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!DOCTYPE html><html><body></body></html>');
  let drawn = 0;
  return ({ title, description, options }) => {
    const svg = plot.plot({ ...options(plot), document: document as never, className: 'plot' });
    const inner = String((svg as unknown as { innerHTML: string }).innerHTML);
    const size = ['width', 'height'].map((name) => Number(svg.getAttribute(name)));
    drawn++;
    const ids = [`p${drawn}t`, `p${drawn}d`];
    return html`<svg class="plot" role="img" aria-labelledby="${ids.join(' ')}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(' ')}" font-size="11" fill="currentColor" text-anchor="middle"><title id="${ids[0] ?? ''}">${title}</title><desc id="${ids[1] ?? ''}">${description}</desc>${new Html(compact(readable(inner)))}</svg>`;
  };
}

/** Without the style that the page has, names of single marks (the picture is one), and more than tenths of a pixel. */
function compact(svg: string): string {
  return (
    svg
      .replace(/<style>[\s\S]*?<\/style>/g, '')
      .replace(/ aria-[a-z]+="[^"]*"/g, '')
      // Inside of tags: what a person reads keeps its digits.
      .replace(/<[^>]*>/g, (tag) => tag.replace(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1)))))
      .replace(/(?:<line y2="[^"]+" y1="[^"]+" x2="[^"]+" x1="[^"]+" \/>)+/g, onePath)
  );
}

/** Lines that are drawn alike. */
function onePath(lines: string): string {
  const moves = Array.from(
    lines.matchAll(/y2="([^"]+)" y1="([^"]+)" x2="([^"]+)" x1="([^"]+)"/g),
    ([, y2 = '', y1 = '', x2 = '', x1 = '']) => `M${x1} ${y1}L${x2} ${y2}`,
  );
  return `<path d="${moves.join('')}"/>`;
}
