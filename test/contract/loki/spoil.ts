// One or two small damages: what slips into queries while they are typed.

import type { Random } from '../../support/random.ts'

const pieces = /"(?:[^"\\]|\\.)*"|\w+|\s+|[|!=~<>]+|./gs
const strays: readonly [string, ...string[]] = ['|', '"', '(', ')', '{', '}', '[', ']', ',', '=', '!=', '|=', '|~', 'by', 'or', 'and', '5m', '[5m]', '1', 'json', '| json', '| unwrap x', 'sum', 'offset 1m', '"x"', '-', '.', 'unwrap', 'bool', '5KB', '`', "'", '#', '@', '$__interval', '| x', '=~', '>']

export function spoil(random: Random, query: string): string {
  const words = query.match(pieces) ?? []
  for (let damages = random.between(1, 2); damages > 0; damages--) damage(random, words)
  return words.join('')
}

function damage(random: Random, words: string[]): void {
  const at = random.between(0, Math.max(0, words.length - 1))
  const kind = random.between(0, 5)
  if (kind === 0) words.splice(at, 1)
  else if (kind === 1) words.splice(at, 0, words[at] ?? '')
  else if (kind === 2) words.splice(at, 1, random.pick(strays))
  else if (kind === 3) words.splice(at, 0, ` ${random.pick(strays)} `)
  else if (kind === 4) words.length = Math.max(1, at)
  else words.splice(at, 2, words[at + 1] ?? '', words[at] ?? '')
}
