// Go's fmt.Sprintf for the values that templates have.

import { canBackquote, quoteGo } from '../quote.ts'
import { valueText } from './print.ts'
import { numberText } from './printf-number.ts'
import { GoDuration, GoName, GoTime } from './time.ts'
import { Complex, entriesOf, Integer, isArray, isMap, LabelMap, typeOf } from './value.ts'
import type { Value } from './value.ts'

interface Flags { minus: boolean; plus: boolean; sharp: boolean; /** %#v: as it would be written in Go. */ goSyntax: boolean; space: boolean; zero: boolean; width?: number; precision?: number }

/** Wider than this, Go says that the width is bad. */
const maxWidth = 1_000_000
const directive = /%([-+# 0]*)(?:\[(\d+)\])?(\*|\d+)?(?:(\.)(?:\[(\d+)\])?(\*|\d*))?(?:\[(\d+)\])?/y

/** `maxLength`: where the text would grow beyond it. */
export function sprintf(format: string, args: readonly Value[], maxLength: number, tooLong: () => never): string {
  const state: State = { args, at: 0, reordered: false, isLost: false }
  let out = ''
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf('%', at)
    if (percent === -1) { out += format.slice(at); break }
    out += format.slice(at, percent)
    const [text, end] = formatDirective(format, percent, state)
    out += text
    at = end
    if (out.length > maxLength) tooLong()
  }
  return state.reordered || state.at >= args.length ? out : `${out}%!(EXTRA ${args.slice(state.at).map(extraText).join(', ')})`
}

interface State {
  readonly args: readonly Value[]
  at: number
  reordered: boolean
  /** The directive names an argument that is not there. */
  isLost: boolean
}

function formatDirective(format: string, from: number, state: State): readonly [string, number] {
  directive.lastIndex = from
  const [whole = '%', marks = '', index0, width, point, index1, precision, index2] = directive.exec(format) ?? []
  const end = from + whole.length
  const flags: Flags = { minus: marks.includes('-'), plus: marks.includes('+'), sharp: marks.includes('#'), goSyntax: false, space: marks.includes(' '), zero: marks.includes('0') }
  let problem = ''
  state.isLost = false
  jump(state, index0)
  if (width !== undefined) problem += setSize(flags, 'width', width, state)
  if (point !== undefined) { jump(state, index1); problem += setSize(flags, 'precision', precision === '' ? '0' : precision!, state) }
  jump(state, index2)
  if (flags.minus) flags.zero = false
  if (end >= format.length) return [`${problem}%!(NOVERB)`, end]
  const verb = String.fromCodePoint(format.codePointAt(end)!)
  return [problem + formatVerb(verb, flags, state), end + verb.length]
}

function jump(state: State, index: string | undefined): void {
  if (index === undefined) return
  state.reordered = true
  if (Number(index) >= 1 && Number(index) <= state.args.length) state.at = Number(index) - 1
  else state.isLost = true
}

function setSize(flags: Flags, which: 'width' | 'precision', text: string, state: State): string {
  if (text !== '*') {
    if (Number(text) > maxWidth) return which === 'width' ? '%!(BADWIDTH)' : '%!(BADPREC)'
    flags[which] = Number(text)
    return ''
  }
  const arg = state.args[state.at++]
  const size = arg instanceof Integer ? Number(arg.value) : NaN
  if (!(Math.abs(size) <= maxWidth) || (which === 'precision' && size < 0)) return which === 'width' ? '%!(BADWIDTH)' : '%!(BADPREC)'
  if (size < 0) flags.minus = true
  flags[which] = Math.abs(size)
  return ''
}

function formatVerb(verb: string, flags: Flags, state: State): string {
  if (verb === '%') return '%'
  if (state.isLost) return `%!${verb}(BADINDEX)`
  if (state.at >= state.args.length) return `%!${verb}(MISSING)`
  return formatArgument(verb, flags, state.args[state.at++]!)
}

function formatArgument(verb: string, flags: Flags, value: Value): string {
  if (verb === 'T') return formatText('s', flags, value === null ? '<nil>' : typeOf(value))!
  if (value === null) return verb === 'v' ? padded('<nil>', flags) : `%!${verb}(<nil>)`
  if (verb === 'v') Object.assign(flags, { plus: false, sharp: false, goSyntax: flags.sharp })
  if (verb === 'p') return bad(verb, flags, value)
  return formatValue(verb, flags, value)
}

/** What the verb cannot show is shown as %v would, width and all. */
const bad = (verb: string, flags: Flags, value: NonNullable<Value>): string => `%!${verb}(${typeOf(value)}=${formatValue('v', flags, value)})`
const extraText = (value: Value): string => value === null ? '<nil>' : `${typeOf(value)}=${valueText(value)}`

function formatValue(verb: string, flags: Flags, value: NonNullable<Value>): string {
  if (flags.goSyntax) return padded(goSyntax(value), flags)
  if (typeof value === 'string') return formatText(verb, flags, value) ?? bad(verb, flags, value)
  if (value instanceof GoTime || value instanceof GoDuration || value instanceof GoName) {
    const text = 'vsxXq'.includes(verb) ? formatText(verb, flags, valueText(value)) : undefined
    return text ?? (value instanceof GoTime ? bad(verb, flags, value) : formatInteger(verb, flags, value instanceof GoName ? BigInt(value.value) : value.nano) ?? bad(verb, flags, value))
  }
  if (typeof value === 'boolean') return verb === 't' || verb === 'v' ? padded(String(value), flags) : bad(verb, flags, value)
  if (typeof value === 'number') return formatNumber(verb, flags, value) ?? bad(verb, flags, value)
  if (value instanceof Integer) return formatInteger(verb, flags, value.value) ?? bad(verb, flags, value)
  if (value instanceof Complex) return verb === 'v' ? padded(valueText(value), flags) : bad(verb, flags, value)
  return formatContainer(verb, flags, value)
}

type Container = LabelMap | readonly Value[] | ReadonlyMap<string, Value>

/** The verb is applied to each element. */
function formatContainer(verb: string, flags: Flags, value: Container): string {
  const each = (element: Value): string => element === null ? padded(verb === 'v' ? '<nil>' : `%!${verb}(<nil>)`, flags) : formatValue(verb, flags, element)
  if (!(value instanceof LabelMap) && isArray(value)) return `[${value.map(each).join(' ')}]`
  return `map[${entriesOf(value).map(([key, element]) => `${formatValue(verb, flags, key)}:${each(element)}`).join(' ')}]`
}

/** Width counts characters. Zeros go before a text too. */
function padded(text: string, { width = 0, minus, zero }: Flags): string {
  const length = characters(text)
  if (length >= width) return text
  const fill = (zero ? '0' : ' ').repeat(width - length)
  return minus ? text + fill : fill + text
}

function characters(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) length--
  return length
}

function formatText(verb: string, flags: Flags, whole: string): string | undefined {
  const text = flags.precision === undefined || verb === 'x' || verb === 'X' ? whole : Array.from(whole).slice(0, flags.precision).join('')
  switch (verb) {
    case 's':
    case 'v': return padded(text, flags)
    case 'q': return padded(flags.sharp && canBackquote(text) ? `\`${text}\`` : quoteGo(text, '"', flags.plus), flags)
    case 'x':
    case 'X': return padded(hexText(text, flags, verb === 'X'), flags)
    default: return undefined
  }
}

function hexText(text: string, { sharp, space, precision }: Flags, upper: boolean): string {
  const bytes = Array.from(Buffer.from(text)).slice(0, precision)
  const pairs = bytes.map((byte) => byte.toString(16).padStart(2, '0'))
  const prefix = sharp && pairs.length > 0 ? '0x' : ''
  const hex = prefix + pairs.join(space ? ` ${prefix}` : '')
  return upper ? hex.toUpperCase() : hex
}

const bases: Readonly<Record<string, readonly [base: number, prefix: string]>> = {
  d: [10, ''], v: [10, ''], b: [2, '0b'], o: [8, '0'], O: [8, ''], x: [16, '0x'], X: [16, '0X'],
}

function formatInteger(verb: string, flags: Flags, value: bigint): string | undefined {
  if (verb === 'c' || verb === 'q' || verb === 'U') return formatRune(verb, flags, value)
  const [base, prefix] = bases[verb] ?? []
  if (base === undefined) return undefined
  const size = value < 0n ? -value : value
  if (flags.precision === 0 && value === 0n) return padded('', { ...flags, zero: false })
  let digits = size.toString(base)
  if (verb === 'X') digits = digits.toUpperCase()
  const sign = value < 0n ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  const zeros = flags.precision ?? (flags.zero && flags.width !== undefined ? flags.width - sign.length : 0)
  digits = digits.padStart(zeros, '0')
  const mark = verb === 'O' ? '0o' : flags.sharp && !(verb === 'o' && digits.startsWith('0')) ? prefix! : ''
  return padded(sign + mark + digits, { ...flags, zero: false })
}

function formatRune(verb: string, flags: Flags, value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn
  const character = valid ? String.fromCodePoint(Number(value)) : '\ufffd'
  if (verb === 'c') return padded(character, flags)
  if (verb === 'q') return padded(quoteGo(character, "'", flags.plus), flags)
  const code = `U+${value.toString(16).toUpperCase().padStart(Math.max(4, flags.precision ?? 0), '0')}`
  return padded(flags.sharp && valid ? `${code} '${character}'` : code, { ...flags, zero: false })
}

function formatNumber(verb: string, flags: Flags, value: number): string | undefined {
  const text = numberText(verb, flags.precision, flags.sharp, Math.abs(value))
  if (text === undefined) return undefined
  const negative = value < 0 || Object.is(value, -0)
  const sign = negative ? '-' : flags.plus || (!Number.isFinite(value) && value > 0 && flags.plus) ? '+' : flags.space ? ' ' : ''
  if (!Number.isFinite(value)) {
    const shown = Number.isNaN(value) ? `${flags.plus ? '+' : flags.space ? ' ' : ''}NaN` : `${negative ? '-' : flags.space ? ' ' : '+'}Inf`
    return padded(shown, { ...flags, zero: false })
  }
  // Zeros stand between the sign and the digits.
  if (flags.zero && flags.width !== undefined && sign !== '') return sign + padded(text, { ...flags, width: flags.width - 1 })
  return padded(sign + text, flags)
}

/** %#v */
function goSyntax(value: Value): string {
  if (typeof value === 'string') return quoteGo(value)
  if (value instanceof Integer) return value.type === 'uint8' ? `0x${value.value.toString(16)}` : String(value.value)
  if (value instanceof LabelMap || isMap(value)) return `${typeOf(value)}{${entriesOf(value).map(([key, each]) => `${quoteGo(key)}:${goSyntax(each)}`).join(', ')}}`
  if (isArray(value)) return `${typeOf(value)}{${value.map((each) => each === null ? 'interface {}(nil)' : goSyntax(each)).join(', ')}}`
  return value === null ? '<nil>' : valueText(value)
}

