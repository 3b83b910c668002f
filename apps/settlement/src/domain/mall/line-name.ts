/** Longest name of goods on an invoice, in bytes of GBK (field I6). */
const BYTES_MAX = 90;

/** A letter takes one byte, a Chinese character two, what lies beyond the basic plane four. */
const bytesOf = (character: string): number => {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  return point > 0xff_ff ? 4 : 2;
};

/** A name of goods as the tax side prints it: without angle brackets, cut between characters where it is too long. */
export function lineName(name: string): string {
  let printed = '';
  let bytes = 0;
  for (const character of name.replaceAll(/[<>]/g, '')) {
    bytes += bytesOf(character);
    if (bytes > BYTES_MAX) break;
    printed += character;
  }
  return printed;
}
