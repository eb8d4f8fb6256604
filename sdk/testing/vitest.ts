// @blotter/sdk/testing/vitest: `import` it once, in a test or a setup file, and `expect` knows the matchers.

import { expect } from 'vitest'
import { beAcknowledged, haveAllAccepted, haveNoSecrets, haveRecorded } from './matchers.ts'
import type { Audit } from '../audit.ts'
import type { ExpectedEvent } from './matchers.ts'
import type { TestCollector } from './test-collector.ts'

interface AuditMatchers<R> {
  /**
   * Of a test collector: it has accepted a record with these members, or `times` of them. Members that are not named may
   * be anything; `actor`, `target` and `source` can be given by their id alone.
   */
  toHaveRecorded(expected: ExpectedEvent, times?: number): R
  /**
   * Of a test collector: nothing that it was sent looks like a secret to the built-in rules, and none of `planted`, of
   * at least 4 characters each, is in it in any usual encoding.
   */
  toHaveNoSecrets(...planted: string[]): R
  /**
   * Of a test collector: every record that ever reached it was acknowledged in the end. Of an audit: every record that it
   * made was accepted; `await audit.flush()` before.
   */
  toBeFullyAcknowledged(): R
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends AuditMatchers<R> {}
}

expect.extend({
  toHaveRecorded(received: unknown, expected: ExpectedEvent, times?: number) {
    const { equals, utils } = this
    const includes = (actual: unknown, wanted: unknown): boolean => equals(actual, wanted, [utils.iterableEquality, utils.subsetEquality])
    return haveRecorded(assertCollector(received), expected, times, includes, (value) => utils.stringify(value))
  },
  toHaveNoSecrets(received: unknown, ...planted: string[]) {
    return haveNoSecrets(assertCollector(received), planted)
  },
  toBeFullyAcknowledged(received: unknown) {
    return isAudit(received) ? haveAllAccepted(received) : beAcknowledged(assertCollector(received))
  },
})

function isAudit(received: unknown): received is Audit {
  return typeof (received as Partial<Audit> | null | undefined)?.status === 'function'
}

function assertCollector(received: unknown): TestCollector {
  const { records, requests } = (received ?? {}) as Partial<TestCollector>
  if (!Array.isArray(records) || !Array.isArray(requests)) throw new TypeError('expect(...): want a collector of @blotter/sdk/testing')
  return received as TestCollector
}
