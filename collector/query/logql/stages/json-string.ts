// What a JSON string means. undefined: an escape in it means nothing.

const plainEscapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

const firstSurrogate = 0xd800
const lowSurrogate = 0xdc00
const lastSurrogate = 0xdfff

/** The string that stands between `start` and `end`. */
export function unescapeJson(text: string, start: number, end: number): string | undefined {
  // Cut out first: a search for a backslash must not run on through the rest of the line.
  const inner = text.slice(start, end)
  return inner.includes('\\') ? unescape(inner) : inner
}

function unescape(text: string): string | undefined {
  let plain = ''
  let from = 0
  for (let slash = text.indexOf('\\'); slash !== -1; slash = text.indexOf('\\', from)) {
    const escape = readEscape(text, slash)
    if (escape === undefined) return undefined
    plain += text.slice(from, slash) + escape.value
    from = slash + escape.length
  }
  return plain + text.slice(from)
}

/** As the value of a label: nothing for a string that means nothing, a space for what is no character. */
export function labelText(text: string, start: number, end: number): string {
  return spaceOutReplacements(unescapeJson(text, start, end) ?? '')
}

/** U+FFFD stands for broken bytes; labels show a space there. */
export function spaceOutReplacements(value: string): string {
  return value.includes('\ufffd') ? value.replaceAll('\ufffd', ' ') : value
}

function readEscape(text: string, at: number): { value: string; length: number } | undefined {
  const kind = text.charAt(at + 1)
  if (kind === 'u') return readUnicode(text, at)
  const value = plainEscapes[kind]
  return value === undefined ? undefined : { value, length: 2 }
}

function readUnicode(text: string, at: number): { value: string; length: number } | undefined {
  const unit = codeUnit(text, at)
  if (unit === undefined) return undefined
  if (unit < firstSurrogate || unit > lastSurrogate) return { value: String.fromCharCode(unit), length: 6 }
  const low = codeUnit(text, at + 6)
  if (low === undefined || low < lowSurrogate) return undefined
  const point = (unit - firstSurrogate) * 0x400 + (low - lowSurrogate) + 0x1_0000
  return { value: point > 0x10_ffff ? '\ufffd' : String.fromCodePoint(point), length: 12 }
}

function codeUnit(text: string, at: number): number | undefined {
  if (text.charAt(at) !== '\\' || text.charAt(at + 1) !== 'u') return undefined
  const hex = text.slice(at + 2, at + 6)
  return /^[0-9a-fA-F]{4}$/.test(hex) ? Number.parseInt(hex, 16) : undefined
}
