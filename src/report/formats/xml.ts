import { readable, readableLine } from '../readable.ts';

export interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly Element[];
  /** Stands before the children. */
  text: string;
}

/** @param content elements, and text of any origin */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly (Element | string)[],
): Element {
  const children = content.filter((part) => typeof part !== 'string');
  return { name, attributes, children, text: content.filter((part) => typeof part === 'string').join('') };
}

/** An XML 1.0 document, well-formed whatever its texts hold. */
export function xmlDocument(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, '').join('\n')}\n`;
}

function lines({ name, attributes, children, text }: Element, indent: string): string[] {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(readableLine(value))}"`);
  const start = `${indent}<${name}${pairs.join('')}`;
  const content = escaped(readable(text));
  if (children.length === 0) return [content === '' ? `${start}/>` : `${start}>${content}</${name}>`];
  return [`${start}>${content}`, ...children.flatMap((child) => lines(child, `${indent}  `)), `${indent}</${name}>`];
}

/** `>` too: `]]>` may not stand in text. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
