import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** One-based, as editors count. */
interface Position {
  line: number;
  column: number;
}

export type Path = readonly PropertyKey[];

export interface Problem extends Position {
  /** Key by key, or empty when the text as a whole is meant. */
  path: Path;
  message: string;
}

export interface LocatedYaml {
  /** Maps as objects, lists as arrays, every scalar as the text that was written; null for nothing and for `null`. */
  value: unknown;
  problems: Problem[];
  /** Where the path's key stands, or its value when it has none of its own; else the nearest enclosing place. */
  locate(path: Path): Position;
}

/** Aliases can make a huge value of a small text; no configuration has this many values. */
const MAX_VALUES = 20_000;
/** The parser recurses, and a stack that overflows inside of V8 ends the process. */
const MAX_DEPTH = 100;

/**
 * Parses YAML or JSON, which YAML contains. Scalars stay texts, so that a revision `1e10` is not a number and every
 * value is read by the same code as a flag or an environment variable.
 */
export function parseLocated(text: string): LocatedYaml {
  const start = { line: 1, column: 1 };
  if (isTooDeep(text)) {
    return { value: null, problems: [{ ...start, path: [], message: 'nested too deeply' }], locate: () => start };
  }
  const lines = new LineCounter();
  // Without a byte order mark, which is no column of the first line.
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    schema: 'failsafe',
    prettyErrors: false,
    logLevel: 'error',
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    path: [],
    message: readable(error.code, error.message),
  }));
  const found = problems.length > 0 ? { value: null, problems, places: new Map() } : readNodes(document, at);
  return { value: found.value, problems: found.problems, locate: (path) => nearestPlace(found.places, path) ?? start };
}

function readNodes(document: Document.Parsed, at: (offset: number) => Position) {
  const problems: Problem[] = [];
  const places = new Map<string, Position>();
  const open = new Set<unknown>();
  let values = 0;

  function read(node: unknown, path: Path, place: Position): unknown {
    const fail = (message: string) => {
      problems.push({ ...place, path, message });
      return null;
    };
    places.set(placeKey(path), place);
    values += 1;
    if (values > MAX_VALUES) return values === MAX_VALUES + 1 ? fail(`more than ${MAX_VALUES} values`) : null;
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) return fail(`nothing above carries the anchor "&${node.source}"`);
      if (open.has(target)) return fail(`"*${node.source}" stands inside of itself`);
      return read(target, path, place);
    }
    if (isScalar(node)) {
      const text = String(node.value);
      return node.type === 'PLAIN' && /^(?:|~|null|Null|NULL)$/.test(text) ? null : text;
    }
    open.add(node);
    const value = isMap(node) ? readMap(node.items, path) : isSeq(node) ? readList(node.items, path) : null;
    open.delete(node);
    return value;
  }

  function readMap(items: readonly { key: unknown; value: unknown }[], path: Path): object {
    const entries: [string, unknown][] = [];
    for (const { key, value } of items) {
      const place = placeOf(key) ?? nearestPlace(places, path) ?? at(0);
      if (isScalar(key)) entries.push([String(key.value), read(value, [...path, String(key.value)], place)]);
      else problems.push({ ...place, path, message: 'a key must be a plain text' });
    }
    // Not by assignment: a key may be called __proto__.
    return Object.fromEntries(entries);
  }

  function readList(items: readonly unknown[], path: Path): unknown[] {
    return items.map((item, index) =>
      read(item, [...path, index], placeOf(item) ?? nearestPlace(places, path) ?? at(0)),
    );
  }

  function placeOf(node: unknown): Position | null {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    return range?.[0] === undefined ? null : at(range[0]);
  }

  const value = document.contents === null ? null : read(document.contents, [], placeOf(document.contents) ?? at(0));
  return { value, problems, places };
}

function nearestPlace(places: ReadonlyMap<string, Position>, path: Path): Position | null {
  for (let length = path.length; length >= 0; length--) {
    const place = places.get(placeKey(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return null;
}

function placeKey(path: Path): string {
  return JSON.stringify(path.map(String));
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return true;
  }
  const indented = new RegExp(`^ {${4 * MAX_DEPTH}}`, 'm');
  const listsInLists = new RegExp(`(?:[-?][ \\t]+){${MAX_DEPTH}}`);
  return indented.test(text) || listsInLists.test(text);
}

function readable(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'the key stands here a second time';
  if (code === 'TAB_AS_INDENT') return 'YAML is indented with spaces, not with tabs';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a configuration is one';
  return message.replaceAll(/\s+/g, ' ').trim();
}
