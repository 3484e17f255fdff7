/** Control and format characters can move what a terminal or a browser shows; new lines and tabs may stay. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const COLUMNS = 16;

/** Unprintable characters as `\u{1b}`. */
export function visibleText(text: string, options: { readonly lines: boolean }): string {
  return text.replace(INVISIBLE, (character) => {
    if (options.lines && (character === '\n' || character === '\t')) return character;
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

/** Sixteen bytes a line: place, hex, printable ASCII. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += COLUMNS) {
    const row = [...bytes.subarray(at, at + COLUMNS)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(COLUMNS * 3 - 1)}  ${ascii}`);
  }
  return lines.join('\n');
}
