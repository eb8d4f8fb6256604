// Replacement templates as Go's Regexp.Expand reads them: `$1`, `$name` (as long as it goes), `${name}`, `$$`.

const reference = /\$(?:(\$)|(\w+)|\{(\w+)\})/g

type Part = string | number

let lastTemplate: string | undefined
let lastIndexes: Readonly<Record<string, number>> | undefined
let lastParts: readonly Part[] = []

/** The function takes a group's text by its index. What the template names and the expression lacks is empty. */
export function compileExpansion(template: string, indexes: Readonly<Record<string, number>>): (groupText: (index: number) => string) => string {
  if (template !== lastTemplate || indexes !== lastIndexes) {
    lastParts = parse(template, indexes)
    lastTemplate = template
    lastIndexes = indexes
  }
  const parts = lastParts
  return (groupText) => {
    let out = ''
    for (const part of parts) out += typeof part === 'string' ? part : groupText(part)
    return out
  }
}

function parse(template: string, indexes: Readonly<Record<string, number>>): readonly Part[] {
  const parts: Part[] = []
  let end = 0
  for (const found of template.matchAll(reference)) {
    parts.push(template.slice(end, found.index))
    parts.push(found[1] ?? indexOf(found[2] ?? found[3]!, indexes))
    end = found.index + found[0].length
  }
  parts.push(template.slice(end))
  return parts
}

function indexOf(name: string, indexes: Readonly<Record<string, number>>): Part {
  if (/^(?:0|[1-9]\d{0,7})$/.test(name)) return Number(name)
  return Object.hasOwn(indexes, name) ? indexes[name]! : ''
}
