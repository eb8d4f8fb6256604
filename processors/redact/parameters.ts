// Values in text that stand beside their name in a fixed form: query strings, form bodies, blocks of header lines, members
// of broken JSON. There the name decides, as it does in a map.

import { saysNothing } from './says-nothing.ts'
import type { Finding } from './match.ts'

/** The rule of a key whose value goes whatever it looks like. */
export type KeyRule = (key: string) => string | undefined

const parameters = /(?:^|[?&])([^\s=?&"'<>{}]{1,100})=([^\s&#"'<>]{1,65536})/g
const headerLines = /(?:^|\n)([A-Za-z][A-Za-z0-9-]{0,63}):[ \t]{0,8}(\S[^\r\n]*)/g

/** What stands where a value will be put, or is a choice: `:token`, `%s`, `all`, `none`. */
const choice = /^(?:[:%]\w{1,40}|[a-z]{1,4})$/i

export function findParameters(text: string, rank: number, ruleOf: KeyRule, findings: Finding[]): void {
  for (const { 0: all, 1: name, 2: value, index } of text.matchAll(parameters)) {
    if (index === 0 && !/^[?&]/.test(all) && !text.includes('&')) continue // one assignment is no form: that is for detectors
    if (!choice.test(value!) && !saysNothing(value!)) push(name!, value!, index + all.length, rank, ruleOf, findings)
  }
}

/** One line alone may be prose (`Password: required`); two in a row are headers. */
export function findHeaders(text: string, rank: number, ruleOf: KeyRule, findings: Finding[]): void {
  const lines = [...text.matchAll(headerLines)]
  const ends = new Set(lines.map(({ index, 0: line }) => index + line.length + (text[index + line.length] === '\r' ? 1 : 0)))
  for (const [i, { 0: line, 1: name, 2: value, index }] of lines.entries()) {
    const beside = ends.has(index) || (lines[i + 1] !== undefined && ends.has(lines[i + 1]!.index) && lines[i + 1]!.index <= index + line.length + 1)
    if (beside) push(name!, value!, index + line.length, rank, ruleOf, findings)
  }
}

const memberName = /["']((?:[^"'\\]|\\.){1,100})["']\s{0,8}:\s{0,8}/g
const memberValue = /"((?:[^"\\]|\\[^])*)|'((?:[^'\\]|\\[^])*)|-?[0-9][0-9.eE+-]*/y

/** Members of what begins as JSON and is none, because it is cut off, or holds one name twice and a parser would only tell the last. */
export function findMembers(text: string, rank: number, ruleOf: KeyRule, findings: Finding[]): void {
  if (!/^\s*[{[]/.test(text)) return
  for (let at = 0; ;) {
    memberName.lastIndex = at
    const name = memberName.exec(text)
    if (name === null) return
    at = memberValue.lastIndex = memberName.lastIndex
    const value = ruleOf(name[1]!) === undefined ? null : memberValue.exec(text)
    if (value === null) continue
    at = memberValue.lastIndex
    const secret = value[1] ?? value[2] ?? value[0]
    if (secret !== '' && !saysNothing(secret)) push(name[1]!, secret, at, rank, ruleOf, findings)
  }
}

function push(name: string, value: string, end: number, rank: number, ruleOf: KeyRule, findings: Finding[]): void {
  const ruleId = ruleOf(name)
  if (ruleId !== undefined) findings.push({ start: end - value.length, end, ruleId, rank })
}
