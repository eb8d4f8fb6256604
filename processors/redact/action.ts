// What is done with a value that a rule found or a field holds. Strictness is an order, so that a workspace or a
// destination can be held to the policy that everybody has.

import { placeholder } from './placeholder.ts'
import { mask } from './actions/mask.ts'
import { tokenise } from './actions/tokenise.ts'
import type { FingerprintKey } from '../fingerprint/key.ts'
import type { Value } from '../record.ts'
import type { SealTo } from './seal-to.ts'

/** How strict each is. Masks and tokens tell something to everybody; what is sealed, only to holders of a private key. */
export const strictness = { keep: 0, mask: 1, tokenise: 1, encrypt: 2, remove: 3 } as const

export type Action = keyof typeof strictness

/** For the docs: what is left, and for whom. */
export const actionNotes: Readonly<Record<Action, { readonly stands: string; readonly tells: string }>> = {
  keep: { stands: 'the value', tells: 'everything' },
  mask: { stands: '`[masked:card:4242]`, `[masked:email:example.com]`', tells: 'the last four letters and digits of at least twelve, or the domain of an address; what is shorter is removed' },
  tokenise: { stands: '`[token:email:e1:<32 hex digits>]`', tells: 'which values are equal, within a workspace and an epoch of its key; who has the key can test guesses. Without a key it is removed' },
  encrypt: { stands: '`[sealed:email:<base64url>]`', tells: 'everything, to the holder of a private key, and nothing to others. Beyond 48 KiB, or 256 Ki characters in a record, it is removed' },
  remove: { stands: '`[redacted:email]`', tells: 'which rule' },
}

export const actions = Object.keys(strictness) as readonly Action[]

export function isAction(value: unknown): value is Action {
  return typeof value === 'string' && Object.hasOwn(strictness, value)
}

/** What a rule may be told: `off` finds nothing, `observe` counts and leaves the value, `on` does what its class says. */
export const ruleActions = ['off', 'observe', 'on', ...actions.filter((action) => action !== 'keep')] as const
export type RuleAction = 'off' | 'observe' | 'on' | Exclude<Action, 'keep'>

export interface Tools {
  /** Of the workspace whose record it is. Undefined where there is none: then tokens give way to removal. */
  readonly key: FingerprintKey | undefined
  readonly sealTo: SealTo | undefined
}

/** What stands instead of the value; undefined when it stays. */
export function act(action: Action, ruleId: string, secret: Value, { key, sealTo }: Tools): Value | undefined {
  switch (action) {
    case 'keep': return undefined
    case 'mask': return mask(ruleId, secret)
    case 'tokenise': return key === undefined ? placeholder(ruleId) : tokenise(ruleId, secret, key)
    case 'encrypt': return sealTo === undefined ? placeholder(ruleId) : sealTo(ruleId, secret)
    case 'remove': return placeholder(ruleId)
  }
}
