/**
 * A function that tells whether a path matches a gitignore-like pattern: `man/` a folder and all below, `*.md` a name in
 * any folder, `/README` or `docs/*.txt` from the top; `*` and `?` stop at a slash, `**` does not, `[abc]` is a set.
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  const anchored = pattern.replace(/\/$/, '').includes('/');
  const body = expression(pattern.replace(/^\//, '').replace(/\/$/, ''));
  // What a pattern names may be a folder: everything below it matches too. With a final slash it must be one.
  const regex = new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${pattern.endsWith('/') ? '/' : '(?:/|$)'}`);
  return (path) => regex.test(path);
}

/** A function that tells whether a whole path matches a glob, from the top to the last letter. */
export function wholePathPattern(glob: string): (path: string) => boolean {
  const regex = new RegExp(`^${expression(glob.replace(/^\.?\//, ''))}$`);
  return (path) => regex.test(path);
}

function expression(glob: string): string {
  return glob.replaceAll(/\*\*\/|\*\*|\*|\?|\[[^\]/]+\]|[^*?[]+|\[/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1 && part.startsWith('[')) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  });
}
