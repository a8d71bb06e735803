import { readable } from '../readable.ts';

/** Markup that stands as it is. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Null and false are nothing; lists are joined. */
export type Content = Html | string | number | null | false | readonly Content[];

/** A piece of a page; whatever is put in is text of any origin, and escaped, unless it is Html itself. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return new Html(strings.map((part, index) => (index === 0 ? part : rendered(values[index - 1]) + part)).join(''));
}

function rendered(value: Content | undefined): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? escaped(readable(value)) : value.map(rendered).join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
