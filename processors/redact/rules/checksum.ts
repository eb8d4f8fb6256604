// Tokens that end in a checksum of themselves: whoever issued it, the text is a token and not something that looks like one.

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The last six characters are the CRC-32 of those after the prefix and before them, in base 62: GitHub's form, which npm and others took over. */
export function hasChecksum(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1, -6)
  return checksumOf(body) === token.slice(-6)
}

export function checksumOf(body: string): string {
  let rest = crc32(body)
  let digits = ''
  while (rest > 0) {
    digits = base62[rest % 62]! + digits
    rest = Math.floor(rest / 62)
  }
  return digits.padStart(6, '0')
}

/** IEEE 802.3, bit by bit: tokens are short and rare. */
function crc32(text: string): number {
  let rest = 0xff_ff_ff_ff
  for (let i = 0; i < text.length; i += 1) {
    rest ^= text.charCodeAt(i) & 0xff
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ ((rest & 1) * 0xed_b8_83_20)
  }
  return (rest ^ 0xff_ff_ff_ff) >>> 0
}
