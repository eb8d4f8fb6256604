// The providers' rules by kind. A provider stands where its users would look for it; which file comes first decides nothing but the name
// under which a value is counted that two rules would find. Formats are facts of their issuers: from their documentation, GitHub's list of secret
// scanning patterns, and the rule sets of betterleaks (MIT) and kingfisher (Apache-2.0), where a comment names no other source.

import { rules as ai } from './ai.ts'
import { rules as automation } from './automation.ts'
import { rules as chat } from './chat.ts'
import { rules as ci } from './ci.ts'
import { rules as cloud } from './cloud.ts'
import { rules as codeHosting } from './code-hosting.ts'
import { rules as commerce } from './commerce.ts'
import { rules as crm } from './crm.ts'
import { rules as data } from './data.ts'
import { rules as databases } from './databases.ts'
import { rules as identity } from './identity.ts'
import { rules as infrastructure } from './infrastructure.ts'
import { rules as mail } from './mail.ts'
import { rules as observability } from './observability.ts'
import { rules as other } from './other.ts'
import { rules as payment } from './payment.ts'
import { rules as registries } from './registries.ts'
import { rules as social } from './social.ts'
import type { Rule } from '../../rule.ts'

/** Kinds whose formats are distinctive first. */
export const providerRules: readonly Rule[] = [
  ...codeHosting, ...registries, ...cloud, ...payment, ...chat, ...ai, ...ci, ...databases, ...identity, ...infrastructure, ...observability,
  ...commerce, ...mail, ...crm, ...automation, ...social, ...data, ...other,
]
