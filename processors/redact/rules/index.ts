// All detector rules, most specific first: the first one that finds a span owns it.

import { moneyRules } from './money.ts'
import { tokenRules } from './tokens.ts'
import { transportRules } from './transport.ts'
import type { Rule } from '../rule.ts'

/** Changes whenever a rule is added, removed or changed: it is stamped on every record. */
export const ruleSetVersion = 'builtin-2'

export const builtinRules: readonly Rule[] = [...transportRules.slice(0, 2), ...tokenRules, ...transportRules.slice(2), ...moneyRules]
