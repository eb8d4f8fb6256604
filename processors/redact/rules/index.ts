// All detector rules, most specific first: of several that find the same span the first one owns it.

import { assignmentRules } from './assignment.ts'
import { personalRules } from './personal/index.ts'
import { providerRules } from './providers/index.ts'
import { transportRules } from './transport.ts'
import type { Rule } from '../rule.ts'

/** Changes whenever a rule is added, removed or changed: it is stamped on every record. */
export const ruleSetVersion = 'builtin-3'

export const builtinRules: readonly Rule[] = [...providerRules, ...transportRules, ...assignmentRules, ...personalRules]
