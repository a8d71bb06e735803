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
