// What the contract suite needs to know of each scheme: secrets to try it with, a short message whose every bit is
// flipped, and the examples that services published. A scheme without a case fails the suite.

import { asymmetricCases } from './contract-asymmetric.fixture.ts'
import { hmacCases } from './contract-hmac.fixture.ts'
import type { SecretValue } from './scheme.ts'
import type { SchemeName } from './schemes/index.ts'
import type { Secrets } from './secrets.ts'

export interface SchemeCase {
  readonly scheme: SchemeName
  /** Tells cases of one scheme apart, such as `v1a`. */
  readonly variant?: string
  readonly secret: SecretValue
  readonly otherSecret: SecretValue
  /** Of asymmetric schemes: the private keys to those above. */
  readonly signWith?: SecretValue
  readonly otherSignWith?: SecretValue
  /** Instead of `secret`, for keys that are fetched: these verify what `signWith` signed, and the secret is not flipped. */
  readonly source?: Secrets
  readonly otherSource?: Secrets
  /** Short: every bit of it is flipped. */
  readonly body: string
  readonly url?: string
  /** Sent along; those of the scheme come from its writer. */
  readonly headers?: Readonly<Record<string, string>>
  readonly parameters?: Readonly<Record<string, string>>
  /**
   * The bits that the scheme does not cover: true when a request with this part altered is the same to it. Exact: the
   * suite fails when another bit is accepted, and when one of these is refused.
   */
  readonly isEquivalent?: (altered: Altered) => boolean
  readonly vectors: readonly Vector[]
}

export interface Altered {
  readonly part: 'body' | 'url' | 'secret' | `header ${string}`
  readonly text: string
  readonly bytes: Uint8Array
  readonly original: Uint8Array
}

export interface Vector {
  /** Where it was published. */
  readonly from: string
  readonly method?: string
  readonly url?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly secrets: Secrets
  readonly parameters?: Readonly<Record<string, string>>
  /** The time at which it was fresh. */
  readonly nowMs?: number
}

export const cases: readonly SchemeCase[] = [...hmacCases, ...asymmetricCases]
