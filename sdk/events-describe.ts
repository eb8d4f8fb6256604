// A catalogue as a Markdown table, so that a team's documentation is made from what the code enforces.

import type { AttributeType, EventDefinition, EventDefinitions } from './events.ts'

const columns = ['event', 'meaning', 'action', 'target', 'required', 'optional', 'retention', 'delivery'] as const

export function describeEvents(definitions: EventDefinitions): string {
  const rows = Object.entries(definitions).map(([name, definition]) => row(cellsOf(name, definition)))
  return [row(columns), row(columns.map(() => '---')), ...rows, ''].join('\n')
}

function cellsOf(name: string, { description, action, target, requires = [], attributes = {}, optional = {}, retention, delivery }: EventDefinition): string[] {
  const required = [...requires.map(code), ...attributeCells(attributes)]
  return [code(name), description ?? '', code(action), code(target), required.join(', '), attributeCells(optional).join(', '), code(retention), code(delivery)].map(cell)
}

function attributeCells(attributes: Readonly<Record<string, AttributeType>>): string[] {
  return Object.entries(attributes).map(([key, type]) => `${code(key)} (${typeof type === 'string' ? type : type.join(' or ')})`)
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``
}

/** A line break or a bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
