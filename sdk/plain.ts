// Whether JSON text says the whole of a value, so that it can go to another thread as such: by far the cheapest way
// there. What is not plain takes the long way, through `readValue`.

const budget = { values: 0, characters: 0 }

/** Beyond them a payload is near the limits of a record, and the long way counts exactly. */
const mostValues = 8_000
const mostCharacters = 1_048_576
/**
 * True when `JSON.parse(JSON.stringify(value))` reads like `value` itself: objects without a class, arrays, texts,
 * finite numbers, booleans, null. False when in doubt, and for more than `levels` objects within each other.
 */
export function isPlain(value: unknown, levels: number): boolean {
  budget.values = mostValues
  budget.characters = mostCharacters
  return walk(value, levels)
}

function walk(value: unknown, levels: number): boolean {
  switch (typeof value) {
    case 'string': return (budget.characters -= value.length) >= 0
    case 'number': return value - value === 0 && (value !== 0 || 1 / value > 0) // finite, and not -0
    case 'boolean': case 'undefined': return true // both ways leave a member out that is undefined
    case 'object': return value === null || (levels > 0 && walkObject(value, levels - 1))
    default: return false
  }
}

function walkObject(value: object, levels: number): boolean {
  if ('toJSON' in value) return false
  return Array.isArray(value) ? walkList(value, levels) : walkMembers(value as { readonly [key: string]: unknown }, levels)
}

function walkList(list: readonly unknown[], levels: number): boolean {
  if (Object.getPrototypeOf(list) !== Array.prototype || (budget.values -= list.length) < 0) return false
  for (let i = 0; i < list.length; i += 1) if (!walk(list[i], levels)) return false
  return true
}

function walkMembers(map: { readonly [key: string]: unknown }, levels: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(map)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const key in map) { // what is inherited comes along: it makes this stricter, never laxer
    budget.characters -= key.length
    if ((budget.values -= 1) < 0 || !walk(map[key], levels)) return false
  }
  return budget.characters >= 0
}
