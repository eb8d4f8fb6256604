// Reads regular expressions that are made of texts, `.*`, `.+`, groups and alternatives; gives up at anything else. The
// tree has the shape that Go's parser gives it (alternatives with a common beginning are taken together), because what
// Loki recognises depends on that shape.

export type SimpleNode =
  | { readonly kind: 'empty' | 'anything' | 'something' }
  | { readonly kind: 'text'; readonly text: string; readonly ignoreCase: boolean }
  | { readonly kind: 'capture'; readonly part: SimpleNode }
  | { readonly kind: 'sequence' | 'alternation'; readonly parts: readonly SimpleNode[] }

class NotSimple extends Error {}

const maxLength = 2000
const maxDepth = 50
const group = /\(\?(?:(-?[ims-]*):|(-?[ims-]+)\)|P?<[A-Za-z0-9_]+>)|\(/y
const repeatedAny = /\.(?:(\*|\{0,\})|(\+|\{1,\}))\??/y
const singleClass = /\[([^\\^\][:]|\\[^\w\s])\]/y
const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v', a: '\x07' }

export function parseSimple(source: string): SimpleNode | undefined {
  if (source.length > maxLength) return undefined
  try {
    const reader: Reader = { source, at: 0, depth: 0 }
    const node = parseAlternation(reader, false)
    return reader.at === source.length ? node : undefined
  } catch (error) {
    if (error instanceof NotSimple) return undefined
    throw error
  }
}

interface Reader { readonly source: string; at: number; depth: number }

function parseAlternation(reader: Reader, ignoreCase: boolean): SimpleNode {
  if (++reader.depth > maxDepth) throw new NotSimple()
  const parts: SimpleNode[] = []
  let fold = ignoreCase
  for (;;) {
    const [part, foldAfter] = parseSequence(reader, fold)
    parts.push(part)
    // A flag set in one alternative holds for those after it.
    fold = foldAfter
    if (reader.source[reader.at] !== '|') break
    reader.at++
  }
  reader.depth--
  return alternationOf(parts)
}

function parseSequence(reader: Reader, ignoreCase: boolean): readonly [SimpleNode, boolean] {
  const parts: SimpleNode[] = []
  let fold = ignoreCase
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at]!)) {
    if (reader.source[reader.at] === '(') {
      const flags = parseGroup(reader, fold, parts)
      if (flags !== undefined) fold = flags
    } else parts.push(parseAtom(reader, fold))
  }
  return [sequenceOf(parts), fold]
}

/** A group is appended; of `(?i)` alone the new flag is returned. */
function parseGroup(reader: Reader, fold: boolean, parts: SimpleNode[]): boolean | undefined {
  group.lastIndex = reader.at
  const [opening, scoped, lasting] = group.exec(reader.source) ?? []
  if (opening === undefined) throw new NotSimple()
  reader.at += opening.length
  if (lasting !== undefined) return foldOf(lasting, fold)
  const part = parseAlternation(reader, scoped === undefined ? fold : foldOf(scoped, fold))
  if (reader.source[reader.at++] !== ')' || isRepeated(reader)) throw new NotSimple()
  parts.push(scoped === undefined ? { kind: 'capture', part } : part)
  return undefined
}

/** `.` that matches newlines and `^` that matches lines make an expression more than texts. */
function foldOf(flags: string, fold: boolean): boolean {
  const [on = '', off = ''] = flags.split('-')
  if (/[ms]/.test(on)) throw new NotSimple()
  return on.includes('i') || (fold && !off.includes('i'))
}

function parseAtom(reader: Reader, ignoreCase: boolean): SimpleNode {
  repeatedAny.lastIndex = reader.at
  const any = repeatedAny.exec(reader.source)
  if (any !== null) {
    reader.at += any[0].length
    if (isRepeated(reader)) throw new NotSimple()
    return { kind: any[1] === undefined ? 'something' : 'anything' }
  }
  const text = parseCharacter(reader)
  if (isRepeated(reader)) throw new NotSimple()
  return { kind: 'text', text, ignoreCase }
}

function parseCharacter(reader: Reader): string {
  const character = String.fromCodePoint(reader.source.codePointAt(reader.at)!)
  if ('.*+?^$'.includes(character)) throw new NotSimple()
  if (character === '[') {
    singleClass.lastIndex = reader.at
    const [whole, inside] = singleClass.exec(reader.source) ?? []
    if (whole === undefined) throw new NotSimple()
    reader.at += whole.length
    return inside!.at(-1)!
  }
  if (character !== '\\') { reader.at += character.length; return character }
  const escaped = reader.source[reader.at + 1] ?? ''
  reader.at += 2
  if (/[!-/:-@[-`{-~]/.test(escaped) && escaped !== '_') return escaped
  if (controls[escaped] === undefined) throw new NotSimple()
  return controls[escaped]
}

/** A brace that opens no repetition is a character; here it is enough to give up at any. */
function isRepeated({ source, at }: Reader): boolean {
  return at < source.length && '*+?{'.includes(source[at]!)
}

function sequenceOf(parts: readonly SimpleNode[]): SimpleNode {
  const flat: SimpleNode[] = []
  for (const part of parts.flatMap((each) => (each.kind === 'sequence' ? each.parts : [each]))) {
    const last = flat.at(-1)
    if (last?.kind === 'text' && part.kind === 'text' && last.ignoreCase === part.ignoreCase) flat[flat.length - 1] = { ...last, text: last.text + part.text }
    else flat.push(part)
  }
  return flat.length === 0 ? { kind: 'empty' } : flat.length === 1 ? flat[0]! : { kind: 'sequence', parts: flat }
}

function alternationOf(parts: readonly SimpleNode[]): SimpleNode {
  if (parts.length === 1) return parts[0]!
  const factored = withoutNeighbouringEmpties(factor(parts.flatMap((part) => (part.kind === 'alternation' ? part.parts : [part]))))
  if (factored.some((part, i) => isCharacter(part) && isCharacter(factored[i + 1]))) throw new NotSimple() // a class: [ab]
  return factored.length === 1 ? factored[0]! : { kind: 'alternation', parts: factored }
}

/** Neighbours that begin with the same text share it: `foo|fob` is `fo(?:o|b)`. */
function factor(parts: readonly SimpleNode[]): SimpleNode[] {
  const result: SimpleNode[] = []
  for (let from = 0; from < parts.length;) {
    let shared = leadingText(parts[from]!)
    let to = from + 1
    for (; to < parts.length && shared !== undefined; to++) {
      const common = commonPrefix(shared, leadingText(parts[to]!))
      if (common === undefined) break
      shared = common
    }
    if (to === from + 1 || shared === undefined) { result.push(...parts.slice(from, to)); from = to; continue }
    const { text } = shared
    result.push(sequenceOf([shared, alternationOf(parts.slice(from, to).map((part) => withoutLeading(part, text.length)))]))
    from = to
  }
  return result
}

type Text = Extract<SimpleNode, { kind: 'text' }>

function leadingText(node: SimpleNode): Text | undefined {
  const first = node.kind === 'sequence' ? node.parts[0] : node
  return first?.kind === 'text' ? first : undefined
}

function commonPrefix(left: Text, right: Text | undefined): Text | undefined {
  if (right === undefined || left.ignoreCase !== right.ignoreCase) return undefined
  const same = (i: number): boolean => left.ignoreCase ? left.text[i]?.toLowerCase() === right.text[i]?.toLowerCase() : left.text[i] === right.text[i]
  let length = 0
  while (length < left.text.length && length < right.text.length && same(length)) length++
  return length === 0 ? undefined : { ...left, text: left.text.slice(0, length) }
}

function withoutLeading(node: SimpleNode, length: number): SimpleNode {
  const [first, ...others] = node.kind === 'sequence' ? node.parts : [node]
  const rest = (first as Text).text.slice(length)
  return sequenceOf(rest === '' ? others : [{ ...(first as Text), text: rest }, ...others])
}

function withoutNeighbouringEmpties(parts: readonly SimpleNode[]): readonly SimpleNode[] {
  return parts.filter((part, i) => part.kind !== 'empty' || parts[i + 1]?.kind !== 'empty')
}

function isCharacter(node: SimpleNode | undefined): boolean {
  return node?.kind === 'text' && Array.from(node.text).length === 1
}
