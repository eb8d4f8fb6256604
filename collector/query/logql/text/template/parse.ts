// From words to the tree of a template: text, actions and what is between if, with, range and end.

import { lexTemplate } from './lex.ts'
import { parsePipe } from './parse-pipe.ts'
import { enter, expectWord, isKeyword, next, nextWord, peek, peekWord, refuse, textOf } from './parser.ts'
import type { Token } from './lex.ts'
import type { BranchNode, ParsedTemplate, Statement } from './nodes.ts'
import type { Parser } from './parser.ts'

const maxLength = 64 * 1024

export function parseTemplate(source: string, isFunction: (name: string) => boolean): ParsedTemplate {
  if (source.length > maxLength) refuse(`longer than ${maxLength} characters`)
  const parser: Parser = { tokens: lexTemplate(source), isFunction, named: new Map(), at: 0, variables: ['$'], rangeDepth: 0, depth: 0 }
  const root: Statement[] = []
  while (peek(parser).kind !== 'end') {
    if (isKeyword(parser, 'define')) parseDefinition(parser)
    else root.push(...parseStatement(parser))
  }
  return { root, named: parser.named }
}

function parseStatement(parser: Parser): readonly Statement[] {
  const token = next(parser)
  if (token.kind === 'text') return [{ kind: 'text', text: token.text, position: token.position }]
  if (token.kind !== 'left') refuse('unexpected token')
  const word = peekWord(parser)
  if (word.kind !== 'keyword') return [{ kind: 'action', position: word.position, pipe: parsePipe(parser, 'command', 'right') }]
  next(parser)
  switch (word.text) {
    case 'if':
    case 'with':
    case 'range': return [parseBranch(parser, word.text, word.position)]
    case 'break':
    case 'continue': return [parseJump(parser, word.text, word.position)]
    case 'template': return [parseInvocation(parser, word.position)]
    case 'block': return [parseBlock(parser, word.position)]
    default: return refuse(`unexpected {{${word.text}}}`)
  }
}

/** Up to `{{end}}` or `{{else`, which stays. */
function parseBody(parser: Parser): readonly Statement[] {
  const body: Statement[] = []
  while (!isKeyword(parser, 'end', 'else')) {
    if (peek(parser).kind === 'end') refuse('unexpected EOF')
    body.push(...parseStatement(parser))
  }
  return body
}

function takeEnd(parser: Parser): void {
  next(parser)
  const word = nextWord(parser)
  if (word.text !== 'end') refuse('expected end; found {{else}}')
  expectWord(parser, 'right', 'end')
}

function parseBranch(parser: Parser, kind: BranchNode['kind'], position: number): BranchNode {
  enter(parser)
  const known = parser.variables.length
  const pipe = parsePipe(parser, kind, 'right')
  if (kind === 'range') parser.rangeDepth++
  const body = parseBody(parser)
  if (kind === 'range') parser.rangeDepth--
  const otherwise = parseOtherwise(parser, kind)
  parser.variables.length = known
  parser.depth--
  return otherwise === undefined ? { kind, position, pipe, body } : { kind, position, pipe, body, otherwise }
}

/** `{{else}}`, `{{else if}}`, `{{else with}}` and the end. */
function parseOtherwise(parser: Parser, kind: BranchNode['kind']): readonly Statement[] | undefined {
  if (isKeyword(parser, 'end')) { takeEnd(parser); return undefined }
  next(parser)
  nextWord(parser)
  const follows = peekWord(parser)
  if (kind !== 'range' && follows.kind === 'keyword' && follows.text === kind) {
    next(parser)
    return [parseBranch(parser, kind, follows.position)]
  }
  expectWord(parser, 'right', 'else')
  const body = parseBody(parser)
  takeEnd(parser)
  return body
}

function parseJump(parser: Parser, kind: 'break' | 'continue', position: number): Statement {
  if (nextWord(parser).kind !== 'right') refuse(`unexpected token in {{${kind}}}`)
  if (parser.rangeDepth === 0) refuse(`{{${kind}}} outside {{range}}`)
  return { kind, position }
}

function parseName(parser: Parser, context: string): Token {
  const token = nextWord(parser)
  return token.kind === 'string' || token.kind === 'raw' ? token : refuse(`unexpected token in ${context}`)
}

function parseInvocation(parser: Parser, position: number): Statement {
  const token = parseName(parser, 'template clause')
  const node = { kind: 'template' as const, position: token.position, name: textOf(token), quotedName: JSON.stringify(textOf(token)) }
  if (peekWord(parser).kind === 'right') { next(parser); return { ...node, position: Math.max(position, token.position) } }
  return { ...node, pipe: parsePipe(parser, 'template clause', 'right') }
}

function parseBlock(parser: Parser, position: number): Statement {
  const token = parseName(parser, 'block clause')
  const name = textOf(token)
  const pipe = parsePipe(parser, 'block clause', 'right')
  define(parser, name, inOwnScope(parser))
  return { kind: 'template', position: Math.max(position, token.position), name, quotedName: JSON.stringify(name), pipe }
}

function parseDefinition(parser: Parser): void {
  next(parser)
  nextWord(parser)
  const name = textOf(parseName(parser, 'define clause'))
  expectWord(parser, 'right', 'define clause')
  define(parser, name, inOwnScope(parser))
}

function inOwnScope(parser: Parser): readonly Statement[] {
  enter(parser)
  const { variables, rangeDepth } = parser
  parser.variables = ['$']
  parser.rangeDepth = 0
  const body = parseBody(parser)
  takeEnd(parser)
  Object.assign(parser, { variables, rangeDepth })
  parser.depth--
  return body
}

/** An empty definition gives way to a full one; two full ones are a mistake. */
function define(parser: Parser, name: string, body: readonly Statement[]): void {
  const isEmpty = (statements: readonly Statement[]): boolean => statements.every((statement) => statement.kind === 'text' && statement.text.trim() === '')
  const known = parser.named.get(name)
  if (known !== undefined && !isEmpty(known) && !isEmpty(body)) refuse('multiple definition of template')
  if (known === undefined || !isEmpty(body)) parser.named.set(name, body)
}
