// Colour and cursor sequences of terminals, taken out of a line.

/** ESC or CSI with its openers, then either a text up to BEL (titles, links) or numbers and one final character. */
// oxlint-disable-next-line no-control-regex -- the control characters are what is looked for
const sequence = /[\u001b\u009b][[\]()#;?]*(?:(?:[a-zA-Z\d]*(?:;[a-zA-Z\d]*)*)?\u0007|(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~])/g

export function decolorize(line: string): string {
  return line.includes('\u001b') || line.includes('\u009b') ? line.replace(sequence, '') : line
}
