// Which regular expressions are nothing but a search for texts. Loki takes these apart before it compiles anything, and
// what it makes of them is not always what the expression says: as a label filter `err.*` is taken for "contains err",
// an empty alternative is forgotten, and ignoring case it knows fewer letters. Queries rely on the speed and see the
// meaning, so both are kept. Everything that is not listed here is left to the regular expression engine.

import { parseSimple } from './regex-simple-parse.ts'
import type { SimpleNode } from './regex-simple-parse.ts'

export interface TextTest { readonly how: 'contains' | 'equals'; readonly text: string; readonly ignoreCase: boolean }

/** `always`: every text passes. Otherwise a text passes any of the tests, or merely has to have a character. */
export type SimpleRegex =
  | { readonly kind: 'always' }
  | { readonly kind: 'any'; readonly tests: readonly TextTest[]; readonly notEmpty: boolean }

/** `whole`: a label filter, where a plain text must be equal; of a line it must be a part. */
export function simplifyRegex(source: string, whole: boolean): SimpleRegex | undefined {
  const node = parseSimple(source)
  return node === undefined ? undefined : simplify(node, whole ? 'equals' : 'contains')
}

const always: SimpleRegex = { kind: 'always' }
const maxConcatenated = 3

function simplify(node: SimpleNode, how: TextTest['how']): SimpleRegex | undefined {
  switch (node.kind) {
    case 'empty':
    case 'anything': return always
    case 'something': return { kind: 'any', tests: [], notEmpty: true }
    case 'text': return { kind: 'any', tests: [{ how, text: node.text, ignoreCase: node.ignoreCase }], notEmpty: false }
    case 'capture': return simplify(node.part, how)
    case 'alternation': return anyOf(node.parts.map((part) => simplify(part, how)))
    case 'sequence': return simplifySequence(node.parts.map(withoutCapture), undefined)
  }
}

/** "Always" is forgotten beside anything else. */
function anyOf(parts: readonly (SimpleRegex | undefined)[]): SimpleRegex | undefined {
  const tests: TextTest[] = []
  let notEmpty = false
  for (const part of parts) {
    if (part === undefined) return undefined
    if (part.kind === 'always') continue
    tests.push(...part.tests)
    notEmpty ||= part.notEmpty
  }
  return tests.length === 0 && !notEmpty ? always : { kind: 'any', tests, notEmpty }
}

type Text = Extract<SimpleNode, { kind: 'text' }>
type Choice = Extract<SimpleNode, { parts: unknown }>

/** One text, `.*` around it, and behind it at most one choice of texts that continue it. */
function simplifySequence(parts: readonly SimpleNode[], prefix: Text | undefined): SimpleRegex | undefined {
  if (parts.length > maxConcatenated) return undefined
  let text: Text | undefined = prefix
  let choice: Choice | undefined
  let texts = 0
  for (const part of parts) {
    if (part.kind === 'anything' || part.kind === 'empty') continue
    if (part.kind === 'text' && choice === undefined && ++texts === 1) text = joined(prefix, part)
    else if (part.kind === 'alternation' && choice === undefined && text !== undefined) choice = part
    else return undefined
  }
  if (text === undefined || (texts === 0 && prefix === undefined)) return undefined
  if (choice === undefined) return { kind: 'any', tests: [{ how: 'contains', text: text.text, ignoreCase: text.ignoreCase }], notEmpty: false }
  const start = text
  return anyOf(choice.parts.map((part) => continued(start, withoutCapture(part))))
}

function continued(prefix: Text, part: SimpleNode): SimpleRegex | undefined {
  if (part.kind === 'sequence') return simplifySequence(part.parts.map(withoutCapture), prefix)
  if (part.kind === 'text' || part.kind === 'empty' || part.kind === 'anything') return simplifySequence([part], prefix)
  return undefined
}

function joined(prefix: Text | undefined, part: Text): Text {
  return prefix === undefined ? part : { kind: 'text', text: prefix.text + part.text, ignoreCase: prefix.ignoreCase || part.ignoreCase }
}

function withoutCapture(node: SimpleNode): SimpleNode {
  return node.kind === 'capture' ? withoutCapture(node.part) : node
}

/** The tests as one function, nothing allocated per text. */
export function compileSimple(simple: SimpleRegex): (text: string) => boolean {
  if (simple.kind === 'always') return () => true
  const { notEmpty } = simple
  const tests = simple.tests.map(compileTest)
  const [first, ...others] = tests
  if (first === undefined) return (text) => text !== ''
  if (others.length === 0 && !notEmpty) return first
  return (text) => (notEmpty && text !== '') || tests.some((test) => test(text))
}

function compileTest({ how, text: wanted, ignoreCase }: TextTest): (text: string) => boolean {
  if (!ignoreCase) return how === 'equals' ? (text) => text === wanted : (text) => text.includes(wanted)
  const lower = lowerCased(wanted)
  return how === 'equals' ? (text) => text.length === wanted.length && lowerCased(text) === lower : (text) => lowerCased(text).includes(lower)
}

/** Letters whose lower case is of another alphabet or longer (K of Kelvin, Å of Ångström, İ) stay what they are. */
function lowerCased(text: string): string {
  return /[\u0130\u2126\u212a\u212b]/.test(text) ? text.replace(/[^\u0130\u2126\u212a\u212b]+/g, (part) => part.toLowerCase()) : text.toLowerCase()
}
