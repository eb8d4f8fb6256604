// Pipes of a template: declarations, commands and their operands, with the checks that Go makes before a template runs.

import { characterNode, numberNode } from './constants.ts'
import { nodeText } from './nodes.ts'
import { enter, next, peek, peekWord, refuse, textOf } from './parser.ts'
import type { Token, TokenKind } from './lex.ts'
import type { CommandNode, Operand, PipeNode } from './nodes.ts'
import type { Parser } from './parser.ts'

export function parsePipe(parser: Parser, context: string, end: 'right' | 'close'): PipeNode {
  enter(parser)
  const { position } = peekWord(parser)
  const declarations: string[] = []
  const isAssignment = parseDeclarations(parser, context, declarations)
  const commands: CommandNode[] = []
  while (peekWord(parser).kind !== end) {
    if (!startsOperand(peek(parser))) refuse(`unexpected token in ${context}`)
    commands.push(parseCommand(parser))
  }
  next(parser)
  checkCommands(commands, context)
  parser.depth--
  return { kind: 'pipe', position, declarations, isAssignment, commands }
}

/** `$x :=`, `$x =`, and of range `$i, $x :=`. */
function parseDeclarations(parser: Parser, context: string, declarations: string[]): boolean {
  const before = parser.at
  const variable = peekWord(parser)
  if (variable.kind !== 'variable') return false
  next(parser)
  const sign = peekWord(parser)
  if (sign.kind === 'assign' || sign.kind === 'declare') {
    next(parser)
    declarations.push(variable.text)
    parser.variables.push(variable.text)
    return sign.kind === 'assign'
  }
  if (sign.kind !== 'character' || sign.text !== ',') { parser.at = before; return false }
  next(parser)
  declarations.push(variable.text)
  parser.variables.push(variable.text)
  if (context !== 'range' || declarations.length > 1) refuse(`too many declarations in ${context}`)
  if (!['variable', 'right', 'close'].includes(peekWord(parser).kind)) refuse('range can only initialize variables')
  return parseDeclarations(parser, context, declarations)
}

function checkCommands(commands: readonly CommandNode[], context: string): void {
  if (commands.length === 0) refuse(`missing value for ${context}`)
  const constant = ['bool', 'dot', 'nil', 'number', 'string']
  const at = commands.findIndex((command, i) => i > 0 && constant.includes(command.args[0]!.kind))
  if (at > 0) refuse(`non executable command in pipeline stage ${at + 1}`)
}

const operandKinds: readonly TokenKind[] = ['bool', 'char', 'complex', 'dot', 'field', 'identifier', 'number', 'nil', 'raw', 'string', 'variable', 'open']
const startsOperand = (token: Token): boolean => operandKinds.includes(token.kind)

/** Operands with spaces between them, up to and with a `|`. */
function parseCommand(parser: Parser): CommandNode {
  const { position } = peekWord(parser)
  const args: Operand[] = []
  for (;;) {
    if (startsOperand(peekWord(parser))) args.push(parseOperand(parser))
    const after = next(parser)
    if (after.kind === 'space') continue
    if (after.kind === 'right' || after.kind === 'close') parser.at--
    else if (after.kind !== 'pipe') refuse('unexpected token in operand')
    break
  }
  if (args.length === 0) refuse('empty command')
  return { kind: 'command', position, args }
}

function parseOperand(parser: Parser): Operand {
  const operand = parseTerm(parser)
  const first = peek(parser)
  if (first.kind !== 'field') return operand
  const names: string[] = []
  while (peek(parser).kind === 'field') names.push(next(parser).text.slice(1))
  switch (operand.kind) {
    case 'field':
    case 'variable': return { kind: operand.kind, position: first.position, names: [...operand.names, ...names] }
    case 'function':
    case 'pipe':
    case 'chain': return { kind: 'chain', position: first.position, of: operand, names }
    default: return refuse(`unexpected . after term ${nodeText(operand)}`)
  }
}

function parseTerm(parser: Parser): Operand {
  const token = next(parser)
  const { position, text } = token
  switch (token.kind) {
    case 'identifier': return parser.isFunction(text) ? { kind: 'function', position, name: text } : refuse('function not defined')
    case 'dot':
    case 'nil': return { kind: token.kind, position }
    case 'variable': return parser.variables.includes(text) ? { kind: 'variable', position, names: [text] } : refuse('undefined variable')
    case 'field': return { kind: 'field', position, names: [text.slice(1)] }
    case 'bool': return { kind: 'bool', position, value: text === 'true' }
    case 'char': return characterNode(text, position)
    case 'number':
    case 'complex': return numberNode(text, position)
    case 'open': return parsePipe(parser, 'parenthesized pipeline', 'close')
    default: return { kind: 'string', position, quoted: text, value: textOf(token) }
  }
}
