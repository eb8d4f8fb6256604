// One look at a text: which rules have evidence in it, and what kinds of encoding it could hold. Most texts have neither,
// and cost no more than this look, so it is one loop over the characters without a branch that depends on them.

import { kindOf, nextFour } from './keyword-marks.ts'
import { beforeText, createKeywords } from './keywords.ts'
import { placeholderKeywords } from './placeholder.ts'
import type { Rule, Shape } from './rule.ts'

/** What a text holds, as bits. Below them is the kind of a character, for keywords. */
export const holds = {
  space: 1 << 8, at: 1 << 9, percent: 1 << 10, open: 1 << 11, ampersand: 1 << 12, equals: 1 << 13, colon: 1 << 14,
  dot: 1 << 15, newline: 1 << 16, other: 1 << 17, question: 1 << 18, quote: 1 << 19,
} as const

const digitShift = 20
const tokenShift = 21
const separatorShift = 22

const bitsOf: Readonly<Record<string, number>> = {
  ' ': holds.space, '\t': holds.space, '@': holds.at, '%': holds.percent, '{': holds.open, '[': holds.open, '&': holds.ampersand,
  '=': holds.equals, ':': holds.colon, '.': holds.dot, '\n': holds.newline | holds.space, '\r': holds.space, '?': holds.question, '"': holds.quote,
}

/** What each character says; all beyond ASCII say the same. */
const table = Int32Array.from({ length: 129 }, (_, code) => {
  const character = code < 128 ? String.fromCharCode(code) : ''
  const digit = /[0-9]/.test(character) ? 1 << digitShift : 0
  const token = /[A-Za-z0-9_+/=.-]/.test(character) ? 1 << tokenShift : 0
  const separator = /[A-Za-z0-9]/.test(character) ? 0 : 1 << separatorShift
  return (code === 128 ? holds.other : kindOf(code) | (bitsOf[character] ?? 0)) | digit | token | separator
})

export interface Look {
  /** Of {@link holds}. */
  readonly bits: number
  /** The most digits with at most one separator between two of them. */
  readonly digits: number
  /** The longest row of characters of a token. */
  readonly run: number
  /** Numbers of the rules that have evidence, in their order. Empty for most texts. */
  readonly candidates: readonly number[]
  /** Whether one of `placeholderKeywords` occurs. */
  readonly placeholders: boolean
}

export type Prefilter = (text: string) => Look

const none: readonly number[] = []
/** Characters of a token in a row that are evidence of one. */
const tokenRun = 16

export function createPrefilter(rules: readonly Rule[]): Prefilter {
  const keywords = createKeywords([...rules.map((rule) => rule.keywords ?? []), placeholderKeywords])
  const shaped = shapedRules(rules)
  const wanted = shaped.reduce((all, { bit }) => all | bit, 0)
  const found: number[] = []
  const marked = new Uint8Array(rules.length + 1)

  return function prefilter(text) {
    const { fours } = keywords
    let four = beforeText, bits = 0, group = 0, before = 0, digits = 0, run = 0, longest = 0
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i)
      const facts = table[code < 128 ? code : 128]!
      bits |= facts
      const digit = (facts >>> digitShift) & 1
      const separator = (facts >>> separatorShift) & 1
      group = (group + digit) & -(digit | (separator & ~before))
      before = separator
      if (group > digits) digits = group
      run = (run + 1) & -((facts >>> tokenShift) & 1)
      if (run > longest) longest = run
      four = nextFour(four, facts & 31)
      if (((fours[four >>> 5]! >>> (four & 31)) & 1) !== 0) keywords.look(text, i, four, found)
    }
    let numbers: number[] | undefined
    const shapes = shapesIn(bits, digits, longest) & wanted
    if (shapes !== 0) for (const { bit, test, numbers: more } of shaped) if ((bit & shapes) !== 0 && test(text)) numbers = numbers === undefined ? more.slice() : numbers.concat(more)
    if (found.length === 0 && numbers === undefined) return { bits, digits, run: longest, candidates: none, placeholders: false }
    collect(numbers ??= [])
    const placeholders = marked[rules.length] !== 0
    marked[rules.length] = 0
    return { bits, digits, run: longest, candidates: numbers.length === 0 ? none : numbers.sort(ascending), placeholders }
  }

  /** Each rule once, however many of its keywords occur. */
  function collect(numbers: number[]): void {
    const before = numbers.length
    for (const keyword of found) for (const owner of keywords.owners[keyword]!) {
      if (marked[owner] !== 0) continue
      marked[owner] = 1
      if (owner < rules.length) numbers.push(owner)
    }
    keywords.forget(found)
    for (let i = before; i < numbers.length; i += 1) marked[numbers[i]!] = 0
  }
}

const ascending = (a: number, b: number): number => a - b

interface Shaped {
  /** What it takes, of {@link shapeBits}. */
  readonly bit: number
  readonly test: (text: string) => boolean
  readonly numbers: readonly number[]
}

const shapeBits: Readonly<Record<Shape | 'none', number>> = { digits: 1, at: 2, token: 4, dots: 8, colons: 16, none: 32 }

/** Cheap and sometimes wrong: which shapes are worth a test. */
function shapesIn(bits: number, digits: number, run: number): number {
  return (digits >= 8 ? 1 : 0) | ((bits & holds.at) !== 0 ? 2 : 0) | (run >= tokenRun && digits > 0 ? 4 : 0) | ((bits & holds.dot) !== 0 ? 8 : 0) | ((bits & holds.colon) !== 0 ? 16 : 0) | 32
}

/** Besides the evidence, any of the patterns must match: asked of all of them at once, which costs little more than asking one. */
function shapedRules(rules: readonly Rule[]): Shaped[] {
  const groups = Map.groupBy(rules.flatMap((rule, number) => (rule.keywords === undefined ? [{ rule, number }] : [])),
    ({ rule: { shape, pattern, search } }) => `${shape ?? 'none'} ${search === undefined ? pattern.flags.replace('g', '') : 'search'}`)
  return [...groups].map(([group, members]) => {
    const [shape, flags] = group.split(' ')
    const any = flags === 'search' ? undefined : new RegExp(members.map(({ rule }) => `(?:${rule.pattern.source.replaceAll('(?<s>', '(?:')})`).join('|'), flags)
    return { bit: shapeBits[shape as Shape | 'none'], test: (text) => any?.test(text) ?? true, numbers: members.map(({ number }) => number) }
  })
}
