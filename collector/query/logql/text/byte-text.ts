// Texts as Go counts and cuts them: by bytes of UTF-8. A cut within a character leaves U+FFFD for each byte of the rest.

const wide = /\P{ASCII}/u

export function byteLength(text: string): number {
  return wide.test(text) ? Buffer.byteLength(text) : text.length
}

export function sliceBytes(text: string, from: number, to?: number): string {
  return wide.test(text) ? decode(Buffer.from(text).subarray(from, to)) : text.slice(from, to)
}

export function byteAt(text: string, index: number): number {
  return wide.test(text) ? Buffer.from(text)[index]! : text.charCodeAt(index)
}

function decode(bytes: Buffer): string {
  let from = 0
  while (from < bytes.length && (bytes[from]! & 0xc0) === 0x80) from++
  let to = bytes.length
  let last = to - 1
  while (last >= from && (bytes[last]! & 0xc0) === 0x80) last--
  if (last >= from && to - last < lengthOf(bytes[last]!)) to = last
  return '\ufffd'.repeat(from) + bytes.toString('utf8', from, to) + '\ufffd'.repeat(bytes.length - to)
}

function lengthOf(first: number): number {
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}
