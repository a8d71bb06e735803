/**
 * The supervisor's shape of a text (src/native/PROTOCOL.md): every run of decimal digits not directly preceded by `-`,
 * and every `0x` hex number, becomes `#`. Outputs of one shape may be grouped before the oracle sees them, so whatever
 * decides a verdict or an identity is computed from shapes, never from positive numbers.
 */
export function shapeOf(text: string): string {
  return text.replace(/-?0x[0-9a-fA-F]+|-?[0-9]+/g, (number) => {
    if (number.startsWith('-0x')) {
      return '-#';
    }
    return number.startsWith('-') ? number : '#';
  });
}

/**
 * A long line in pieces whose shapes have at most about `length` characters, broken at blanks where there are any. Lines
 * of one shape break at the same places. Endless numbers are cut.
 */
export function shapedPieces(line: string, length: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const [token] of line.matchAll(/-?0x[0-9a-fA-F]+|-?[0-9]+|\s+|[^\s0-9-]+|-/g)) {
    const number = /[0-9]/.test(token);
    for (let from = 0; from < token.length; from += number ? token.length : length) {
      const part = number ? token.slice(0, 32) : token.slice(from, from + length);
      const width = shapeOf(part).length;
      if (used + width > length || (used > 0.9 * length && /\s/.test(part))) {
        pieces.push(piece);
        piece = '';
        used = 0;
      }
      piece += part;
      used += width;
    }
  }
  return piece === '' ? pieces : [...pieces, piece];
}
