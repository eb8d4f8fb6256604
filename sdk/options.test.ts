import { expect, test } from 'vitest'
import { AuditError } from './errors.ts'
import { checkOptions, decodeSecret, defaults } from './options.ts'
import type { AuditOptions } from './options.ts'

function problemsOf(options: unknown): readonly { key: string; got: string; want: string }[] {
  try {
    checkOptions(options as AuditOptions)
  } catch (error) {
    if (error instanceof AuditError && error.code === 'INVALID_OPTIONS') return error.problems ?? []
    throw error
  }
  return []
}

test('the integration is all that must be given', () => {
  expect(checkOptions({ integration: 'stripe' })).toEqual({ ...defaults, integration: 'stripe' })
})

test('an undefined option is an absent one', () => {
  expect(checkOptions({ integration: 'stripe', timeoutMs: undefined } as unknown as AuditOptions).timeoutMs).toBe(defaults.timeoutMs)
})

test('every problem is reported at once', () => {
  const problems = problemsOf({ endpoint: 'ftp://example.com', timeoutMs: 0, maxBatch: 1.5, includePayload: 'yes', onRecordError: 'ignore', fetch: 1, clock: 2, service: { name: 1 } })
  expect(problems.map(({ key }) => key)).toEqual(['endpoint', 'timeoutMs', 'maxBatch', 'includePayload', 'onRecordError', 'fetch', 'clock', 'service', 'integration'])
})

test('an unknown option is an error that names the known ones', () => {
  expect(problemsOf({ integration: 'stripe', endpiont: 'http://example.com' })).toEqual([{ key: 'endpiont', got: 'an option of this name', want: expect.stringContaining('endpoint') }])
})

test.each([null, undefined, 'stripe', []])('%j is not a set of options', (options) => {
  expect(problemsOf(options)).toHaveLength(1)
})

test.each(['https://user:pw@example.com', 'https://example.com/?a=b', 'https://example.com/#a', 'example.com', ''])('the endpoint %j is refused', (endpoint) => {
  expect(problemsOf({ integration: 'stripe', endpoint }).map(({ key }) => key)).toEqual(['endpoint'])
})

test('a trailing slash of the endpoint does not matter', () => {
  expect(checkOptions({ integration: 'stripe', endpoint: 'https://example.com/audit//' }).endpoint).toBe('https://example.com/audit')
})

test('no problem shows a secret', () => {
  const canary = 'CANARY\nX-Injected: 1'
  const options = { integration: 'stripe', key: canary, fingerprintKey: { epoch: 'e1', secret: 'CANARY' }, endpoint: 'https://CANARY:CANARY@example.com', redact: { paths: ['body..CANARY['] } }
  expect(problemsOf(options).map(({ key }) => key).sort()).toEqual(['endpoint', 'fingerprintKey', 'key', 'redact'])
  expect(JSON.stringify(problemsOf(options))).not.toContain('CANARY')
})

test.each([{ paths: ['body['] }, { paths: ['customer.email'] }, { paths: 'body.a' }, { keys: [1] }, { pathes: [] }, { rules: 'all' }, { policy: { version: 2 } }, { policy: { version: 1, rules: { no_such: 'off' } } }, { policy: 'strict' }, { policy: { version: 1 }, rules: [] }])('redact %j is refused', (redact) => {
  expect(problemsOf({ integration: 'stripe', redact }).map(({ key }) => key)).toEqual(['redact'])
})

test('a fingerprint key is 32 bytes, raw or in base64', () => {
  const bytes = new Uint8Array(32).fill(9)
  const base64 = Buffer.from(bytes).toString('base64')
  expect(decodeSecret(bytes)).toEqual(bytes)
  expect(decodeSecret(base64)).toEqual(bytes)
  expect(decodeSecret(Buffer.from(bytes).toString('base64url'))).toEqual(bytes)
  for (const wrong of [new Uint8Array(31), base64.slice(4), '', 5, undefined]) expect(decodeSecret(wrong)).toBeUndefined()
  expect(problemsOf({ integration: 'stripe', fingerprintKey: { epoch: 'E:1', secret: bytes } })).toHaveLength(1)
  expect(problemsOf({ integration: 'stripe', fingerprintKey: { epoch: 'e1', secret: bytes } })).toEqual([])
})
