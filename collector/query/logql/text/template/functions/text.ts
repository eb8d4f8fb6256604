// Functions on texts. Cutting and counting is by bytes, as in Go, except in alignLeft and alignRight.

import { byteLength, sliceBytes } from '../../byte-text.ts'
import { maxOutputLength } from '../state.ts'
import { FunctionError, Integer } from '../value.ts'
import type { FunctionTable, TemplateFunction } from '../function.ts'
import type { Value } from '../value.ts'

const number = (value: Value): number => Number((value as Integer).value)

/** Of texts only. */
function onTexts(count: number, call: (...texts: string[]) => Value): TemplateFunction {
  return { parameters: Array.from({ length: count }, () => 'string'), call: (args) => call(...(args as readonly string[])) }
}

/** A number, then a text. */
function onNumberAndText(call: (count: number, text: string) => string): TemplateFunction {
  return { parameters: ['int', 'string'], call: ([count, text]) => call(number(count!), text as string) }
}

const upper = (text: string): string => text.toUpperCase()
const lower = (text: string): string => text.toLowerCase()
/** Go's letters have one capital each: ß stays, İ becomes i with no dot above. */
const simpleUpper = (text: string): string => /\P{ASCII}/u.test(text) ? text.replace(/./gsu, (letter) => single(upper(letter), letter)) : upper(text)
const simpleLower = (text: string): string => /\P{ASCII}/u.test(text) ? text.replace(/./gsu, (letter) => letter === 'İ' ? 'i' : single(lower(letter), letter)) : lower(text)
const single = (changed: string, letter: string): string => Array.from(changed).length === 1 ? changed : letter

const goSpace = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g
const trimSpace = (text: string): string => text.replace(goSpace, '')

function trimLeft(text: string, cutset: string): string {
  const cut = new Set(cutset)
  let from = 0
  while (from < text.length) {
    const letter = String.fromCodePoint(text.codePointAt(from)!)
    if (!cut.has(letter)) break
    from += letter.length
  }
  return text.slice(from)
}

function trimRight(text: string, cutset: string): string {
  const cut = new Set(cutset)
  const letters = Array.from(text)
  let end = letters.length
  while (end > 0 && cut.has(letters[end - 1]!)) end--
  return letters.slice(0, end).join('')
}

const trim = (text: string, cutset: string): string => trimRight(trimLeft(text, cutset), cutset)
const trimPrefix = (text: string, prefix: string): string => text.startsWith(prefix) ? text.slice(prefix.length) : text
const trimSuffix = (text: string, suffix: string): string => text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text

function checkLength(length: number): void {
  if (length > maxOutputLength) throw new FunctionError(`the result is longer than ${maxOutputLength} characters`)
}

/** `count` below zero: all. An empty text is found before each character and at the end. */
function replace(text: string, from: string, to: string, count = -1): string {
  if (count === 0 || from === to) return text
  if (text.length * to.length > maxOutputLength) checkLength(text.length + (text.split(from).length - 1) * (to.length - from.length))
  const wanted = from === '' ? Array.from(text) : text.split(from)
  if (from === '') wanted.unshift('')
  const limit = count < 0 ? Infinity : count
  let out = from === '' ? '' : wanted[0] ?? ''
  for (const [i, part] of wanted.entries()) {
    if (from === '') out += part + (i < limit ? to : '')
    else if (i > 0) out += (i <= limit ? to : from) + part
  }
  return out
}

function repeat(count: number, text: string): string {
  if (count < 0) throw new FunctionError('strings: negative Repeat count')
  checkLength(count * text.length)
  return text.repeat(count)
}

function trunc(count: number, text: string): string {
  const length = byteLength(text)
  if (count < 0) return length + count > 0 ? sliceBytes(text, length + count) : text
  return length > count ? sliceBytes(text, 0, count) : text
}

function substr(start: number, end: number, text: string): string {
  const length = byteLength(text)
  if (start < 0) return sliceChecked(text, 0, end, length)
  return end < 0 || end > length ? sliceChecked(text, start, length, length) : sliceChecked(text, start, end, length)
}

function sliceChecked(text: string, start: number, end: number, length: number): string {
  const panic = (range: string): never => { throw new FunctionError(`runtime error: slice bounds out of range ${range}`) }
  if (end < 0) panic(`[:${end}]`)
  if (end > length) panic(`[:${end}] with length ${length}`)
  if (start > end) panic(`[${start}:${end === length ? '' : end}]`.replace(/:\]$/, `:${end}]`))
  return sliceBytes(text, start, end)
}

/** Each letter that no letter, digit or underscore stands before. */
function title(text: string): string {
  return text.replace(/(^|[^\p{L}\p{Nd}_])(\p{L})/gu, (_whole, before: string, letter: string) => {
    const isSeparator = before === '' || /[\p{ASCII}\p{Z}\u0085]/u.test(before)
    return before + (isSeparator ? single(upper(letter), letter) : letter)
  })
}

function indent(spaces: number, text: string): string {
  const pad = repeat(spaces, ' ')
  checkLength(text.length + pad.length * (text.split('\n').length))
  return pad + text.replaceAll('\n', `\n${pad}`)
}

function align(width: number, text: string, isLeft: boolean): string {
  const letters = Array.from(text)
  if (width < 0) return text
  if (letters.length > width) return (isLeft ? letters.slice(0, width) : letters.slice(letters.length - width)).join('')
  const pad = repeat(width - letters.length, ' ')
  return isLeft ? text + pad : pad + text
}

export const textFunctions: FunctionTable = {
  ToLower: onTexts(1, simpleLower), ToUpper: onTexts(1, simpleUpper), lower: onTexts(1, simpleLower), upper: onTexts(1, simpleUpper), title: onTexts(1, title),
  Trim: onTexts(2, trim), TrimLeft: onTexts(2, trimLeft), TrimRight: onTexts(2, trimRight), TrimPrefix: onTexts(2, trimPrefix), TrimSuffix: onTexts(2, trimSuffix),
  TrimSpace: onTexts(1, trimSpace), trim: onTexts(1, trimSpace),
  trimAll: onTexts(2, (cutset, text) => trim(text, cutset)), trimPrefix: onTexts(2, (prefix, text) => trimPrefix(text, prefix)), trimSuffix: onTexts(2, (suffix, text) => trimSuffix(text, suffix)),
  Replace: { parameters: ['string', 'string', 'string', 'int'], call: ([text, from, to, count]) => replace(text as string, from as string, to as string, number(count!)) },
  replace: onTexts(3, (from, to, text) => replace(text, from, to)),
  contains: onTexts(2, (part, text) => text.includes(part)), hasPrefix: onTexts(2, (part, text) => text.startsWith(part)), hasSuffix: onTexts(2, (part, text) => text.endsWith(part)),
  repeat: onNumberAndText(repeat), trunc: onNumberAndText(trunc), indent: onNumberAndText(indent), nindent: onNumberAndText((spaces, text) => `\n${indent(spaces, text)}`),
  substr: { parameters: ['int', 'int', 'string'], call: ([start, end, text]) => substr(number(start!), number(end!), text as string) },
  alignLeft: onNumberAndText((width, text) => align(width, text, true)), alignRight: onNumberAndText((width, text) => align(width, text, false)),
}
