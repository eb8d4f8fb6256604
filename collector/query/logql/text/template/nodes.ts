// The tree of a template, and how its parts are written in messages.

interface Placed {
  /** In UTF-16 units; messages count bytes. */
  readonly position: number
}

export interface NumberNode extends Placed {
  readonly kind: 'number'
  readonly text: string
  readonly integer?: bigint
  readonly float?: number
  /** Written with a point or exponent: a float64 where nothing else is asked for. */
  readonly isFloat: boolean
  readonly imaginary?: number
}

export interface PipeNode extends Placed {
  readonly kind: 'pipe'
  readonly declarations: readonly string[]
  readonly isAssignment: boolean
  readonly commands: readonly CommandNode[]
}

export interface CommandNode extends Placed { readonly kind: 'command'; readonly args: readonly Operand[] }

export type Operand =
  | NumberNode
  | PipeNode
  | (Placed & { readonly kind: 'dot' | 'nil' })
  | (Placed & { readonly kind: 'bool'; readonly value: boolean })
  | (Placed & { readonly kind: 'string'; readonly quoted: string; readonly value: string })
  | (Placed & { readonly kind: 'field'; readonly names: readonly string[] })
  | (Placed & { readonly kind: 'variable'; readonly names: readonly string[] })
  | (Placed & { readonly kind: 'function'; readonly name: string })
  | (Placed & { readonly kind: 'chain'; readonly of: Operand; readonly names: readonly string[] })

export interface BranchNode extends Placed {
  readonly kind: 'if' | 'with' | 'range'
  readonly pipe: PipeNode
  readonly body: readonly Statement[]
  readonly otherwise?: readonly Statement[]
}

export type Statement =
  | BranchNode
  | (Placed & { readonly kind: 'text'; readonly text: string })
  | (Placed & { readonly kind: 'action'; readonly pipe: PipeNode })
  | (Placed & { readonly kind: 'break' | 'continue' })
  | (Placed & { readonly kind: 'template'; readonly name: string; readonly quotedName: string; readonly pipe?: PipeNode })

export type Node = Operand | CommandNode | Statement

export interface ParsedTemplate {
  readonly root: readonly Statement[]
  readonly named: ReadonlyMap<string, readonly Statement[]>
}

export function nodeText(node: Node): string {
  switch (node.kind) {
    case 'number': return node.text
    case 'dot': return '.'
    case 'nil': return 'nil'
    case 'bool': return String(node.value)
    case 'string': return node.quoted
    case 'field': return node.names.map((name) => `.${name}`).join('')
    case 'variable': return node.names.join('.')
    case 'function': return node.name
    case 'chain': return grouped(node.of) + node.names.map((name) => `.${name}`).join('')
    case 'command': return node.args.map(grouped).join(' ')
    case 'pipe': return pipeText(node)
    case 'action': return `{{${pipeText(node.pipe)}}}`
    case 'template': return `{{template ${node.quotedName}${node.pipe === undefined ? '' : ` ${pipeText(node.pipe)}`}}}`
    case 'text': return node.text
    case 'break':
    case 'continue': return `{{${node.kind}}}`
    case 'if':
    case 'with':
    case 'range': return branchText(node)
  }
}

function grouped(node: Operand): string {
  return node.kind === 'pipe' ? `(${pipeText(node)})` : nodeText(node)
}

function pipeText({ declarations, isAssignment, commands }: PipeNode): string {
  const before = declarations.length === 0 ? '' : `${declarations.join(', ')} ${isAssignment ? '=' : ':='} `
  return before + commands.map(nodeText).join(' | ')
}

function branchText({ kind, pipe, body, otherwise }: BranchNode): string {
  const rest = otherwise === undefined ? '' : `{{else}}${otherwise.map(nodeText).join('')}`
  return `{{${kind} ${pipeText(pipe)}}}${body.map(nodeText).join('')}${rest}{{end}}`
}
