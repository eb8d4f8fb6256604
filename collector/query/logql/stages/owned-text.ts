// A piece cut out of a line keeps the whole line in memory for as long as it lives. What is remembered beyond the line is
// copied first: thousands of short names must not hold on to thousands of long lines.

/** Shorter pieces are copies already. */
const shortestView = 13

export function ownedText(text: string): string {
  return text.length < shortestView ? text : Buffer.from(text, 'utf16le').toString('utf16le')
}
