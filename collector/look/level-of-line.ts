// The level that a line speaks of: in a field of JSON or logfmt that is named as levels are, else by its words.

import { levelFields } from './level-fields.ts'

const levels: Readonly<Record<string, string>> = {
  trace: 'trace', trc: 'trace', debug: 'debug', dbg: 'debug', info: 'info', inf: 'info', information: 'info', warn: 'warn', wrn: 'warn', warning: 'warn',
  error: 'error', err: 'error', critical: 'critical', fatal: 'fatal',
}
const levelNamed = (word: string): string | undefined => (Object.hasOwn(levels, word.toLowerCase()) ? levels[word.toLowerCase()] : undefined)

/** The first that a line holds; upper or lower case, nothing between. */
const words: readonly (readonly [level: string, words: readonly string[]])[] = [
  ['info', ['info', 'INFO']], ['error', ['err:', 'ERR:', 'error', 'ERROR']], ['warn', ['warn:', 'WARN:', 'warning', 'WARNING']],
  ['critical', ['critical:', 'CRITICAL:']], ['debug', ['debug:', 'DEBUG:']],
]

export function levelOfLine(line: string): string {
  if (/level|severity|lvl|\\u/i.test(line)) { // most lines have no such field, and need not be read
    const said = line.trim()
    const field = said.startsWith('{') && said.endsWith('}') ? fieldOfJson(said) : fieldOfLogfmt(line)
    const level = field === undefined ? undefined : levelNamed(field)
    if (level !== undefined) return level
  }
  return words.find(([, signs]) => signs.some((sign) => line.includes(sign)))?.[0] ?? 'unknown'
}

/** Objects within objects are looked into this far. */
const depthLimit = 2
const token = /[\t\n\r ]*(?:("(?:[^"\\]|\\.)*")[\t\n\r ]*|([{}[\]:,])|(true|false|null|-?[0-9][0-9.eE+-]*))/sy

/** The first member of the object, in the order of the text, that is named as levels are and is a string; read no further than to it. */
function fieldOfJson(text: string): string | undefined {
  const open: string[] = []
  let key: string | undefined
  token.lastIndex = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [, string, mark] = match
    const inside = open.at(-1)
    if (mark === '{' || mark === '[') { open.push(mark); key = undefined } else if (mark === '}' || mark === ']') {
      open.pop()
      if (open.length === 0) return undefined
      key = undefined
    } else if (mark === ',') key = undefined
    else if (string !== undefined && inside === '{') {
      if (key === undefined) {
        if (text[token.lastIndex] !== ':') return undefined
        key = unquoted(string)
      } else if (open.length <= depthLimit && !open.includes('[') && levelFields.includes(key)) return string.slice(1, -1)
      else if (text[token.lastIndex] !== ',' && text[token.lastIndex] !== '}') return undefined
    }
  }
  return undefined
}

function unquoted(string: string): string {
  try { return JSON.parse(string) as string } catch { return string.slice(1, -1) }
}

const pair = /[\0- ]*([^\0- ="]+)(?:(=)(?:"((?:[^"\\]|\\.)*)"|([^\0- ="]*)(?=[\0- ]|$)))?(?![="])/sy

/** By the order of the names, each looked for from the start, up to where the line stops being logfmt. */
function fieldOfLogfmt(line: string): string | undefined {
  const pairs: (readonly [key: string, value: string])[] = []
  pair.lastIndex = 0
  for (let match = pair.exec(line); match !== null; match = pair.exec(line)) {
    const [, key, , quotedValue, value] = match
    pairs.push([key!.toLowerCase(), quotedValue === undefined ? value ?? '' : unquoted(`"${quotedValue}"`)])
  }
  for (const field of levelFields) {
    const found = pairs.find(([key]) => key === field.toLowerCase())
    if (found !== undefined) return found[1]
  }
  return undefined
}
