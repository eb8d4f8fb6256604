// Texts in quotes as Go writes them (strconv.Quote), in messages and for the verb %q.

const simple: Readonly<Record<string, string>> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\' }
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

export function quoteGo(text: string, quote: '"' | "'" = '"', asciiOnly = false): string {
  if (quote === '"' && plain.test(text)) return `"${text}"`
  let out = quote as string
  for (const character of text) out += escaped(character, quote, asciiOnly)
  return out + quote
}

/** Whether the text can stand between backticks. */
export function canBackquote(text: string): boolean {
  return !/[^\P{Cc}\t]|[`\ufeff\ufffd]/u.test(text)
}

function escaped(character: string, quote: string, asciiOnly: boolean): string {
  if (character === quote) return `\\${quote}`
  const short = simple[character]
  if (short !== undefined) return short
  const code = character.codePointAt(0) ?? 0
  if (printable.test(character) && !(asciiOnly && code > 0x7e)) return character
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
