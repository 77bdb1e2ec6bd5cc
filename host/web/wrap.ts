/** A letter of the page's text is so wide on average, and a wide one (Chinese) so much, in pixels. */
const LETTER = 6.7;
const WIDE_LETTER = 13;
const WIDE = /[\u2e80-\uffef]/;

/** Lines that fit into a width: SVG does not wrap. Chinese may break between any two characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    if (line !== '' && widthOf(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return line === '' ? lines : [...lines, line.trimEnd()];
}

export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += WIDE.test(letter) ? WIDE_LETTER : LETTER;
  return width;
}
