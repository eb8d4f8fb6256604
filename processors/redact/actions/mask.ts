// Masking: enough stays to recognise the value by somebody who has it, too little to guess it by. What is too short for
// that, or no text, goes altogether.

import { placeholder } from '../placeholder.ts'
import type { Value } from '../../record.ts'

/** Four characters stay of what has at least three times as many. */
const kept = 4
const shortest = 12

/** The domain of an address, or the last four letters and digits: `[masked:email:example.com]`, `[masked:card:4242]`. */
export function mask(ruleId: string, secret: Value): string {
  const text = textOf(secret)
  const rest = text === undefined ? undefined : domainOf(text) ?? endOf(text)
  return rest === undefined ? placeholder(ruleId) : `[masked:${ruleId}:${rest}]`
}

function textOf(secret: Value): string | undefined {
  switch (typeof secret) {
    case 'string': return secret
    case 'bigint': case 'number': return String(secret)
    default: return undefined
  }
}

function domainOf(text: string): string | undefined {
  return /^[^\s@]{1,256}@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})$/.exec(text.toLowerCase())?.[1]
}

function endOf(text: string): string | undefined {
  if (text.includes('@')) return undefined // an address in a form of its own: its end may be all of its domain
  const characters = text.replace(/[^A-Za-z0-9]/g, '')
  return characters.length < shortest ? undefined : characters.slice(-kept)
}
