// What may be said about a key, checked in the same way whether it came by command or over HTTP.

import { fieldClasses } from '@blotter/processors'
import { z } from 'zod'
import { scopes } from '../authenticate/key-file.ts'
import { cidrProblem } from '../listen/addresses.ts'

/** What it is for. Shown in tables and kept in audit records. */
export const keyName = z.string().regex(/^[^\p{C}]{1,100}$/u, '1 to 100 visible characters')

export const keyScopes = z.array(z.enum(scopes, `some of ${scopes.join(', ')}`)).min(1).max(scopes.length)

/** The highest class of fields that a key shows. Keys made without a word about it show no secrets that a policy keeps. */
export const keyClearance = z.enum(fieldClasses, `one of ${fieldClasses.join(', ')}`)
export const defaultClearance = 'personal'

/** Where a key may be used from. */
export const keyAddresses = z.array(z.string().refine((cidr) => cidrProblem(cidr) === undefined, 'addresses and networks, such as 192.0.2.7 or 10.0.0.0/8')).min(1).max(100)

/** A length of time, a date or a time; see authenticate/expiry.ts. */
export const time = z.string().max(40)
