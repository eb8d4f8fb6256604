import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyRecord } from '../../test/support/arbitrary.ts'
import { canonicalRecord } from '../canonical.ts'
import { fingerprintKey } from '../fingerprint/key.ts'
import { fingerprint } from '../fingerprint/fingerprint.ts'
import { fields } from '../fields.ts'
import { emptyRecord, strings, valueMap } from '../record.ts'
import { toPlain, toValue } from '../value.ts'
import { makeKeyPair } from './hpke.ts'
import { parseRedactionPolicy } from './policy.ts'
import { createRedaction } from './redaction.ts'
import { openSealed, recipientPrefix } from './seal-to.ts'
import type { AuditRecord, Value } from '../record.ts'

const pair = makeKeyPair()
const recipients = [`${recipientPrefix}${pair.publicKey.toString('base64url')}`]
const keys = { shop: fingerprintKey('e1', new Uint8Array(32).fill(1)), other: fingerprintKey('e1', new Uint8Array(32).fill(2)) }
const keyOf = (workspace: string) => keys[workspace as 'shop']

const redactionOf = (source: object) => createRedaction(parseRedactionPolicy({ version: 1, ...source }), { keyOf })
const recordOf = (body: unknown, attributes: Record<string, Value> = {}, eventName = 'payment.refund'): AuditRecord => ({ ...emptyRecord, eventName, body: toValue(body), attributes: valueMap(Object.entries(attributes)) })

function run(source: object, body: unknown, attributes: Record<string, Value> = {}, workspace = 'shop') {
  const found: string[] = []
  const redaction = redactionOf(source).of(workspace)
  const after = redaction.process(recordOf(body, attributes), (ruleId, outcome) => { found.push(outcome === undefined ? ruleId : `${ruleId} ${outcome}`) })
  expect(redaction.process(after)).toEqual(after) // twice is once, for every policy
  return { body: toPlain(after.body), attributes: after.attributes, rules: strings(after.attributes, fields.redactionRules.key), found: found.sort() }
}

describe('each class', () => {
  test('without a policy, secret and personal values are removed, by name and by what they look like', () => {
    const { body, rules, found } = run({}, { firstName: 'Ada', apiKey: 'x', note: 'write to ada@example.com', amount: 12 })
    expect(body).toEqual({ firstName: '[redacted:personal_name]', apiKey: '[redacted:key_name]', note: 'write to [redacted:email]', amount: 12 })
    expect(rules).toEqual(['email:1', 'key_name:1', 'personal_name:1'])
    expect(found).toEqual(['email', 'key_name', 'personal_name'])
  })

  test('does what the policy says', () => {
    const { body } = run({ classes: { personal: 'mask' } }, { note: 'ada@example.com 4242 4242 4242 4242', password: 'hunter2' })
    expect(body).toEqual({ note: '[masked:email:example.com] [masked:card:4242]', password: '[redacted:key_name]' })
  })

  test('kept as it is, is neither altered nor counted', () => {
    expect(run({ classes: { personal: 'keep' } }, { note: 'ada@example.com', firstName: 'Ada' })).toMatchObject({ body: { note: 'ada@example.com', firstName: 'Ada' }, rules: [], found: [] })
  })
})

describe('each rule', () => {
  test('does what it is told, before its class', () => {
    const { body } = run({ rules: { email: 'tokenise', card: 'mask' } }, { a: 'ada@example.com', b: 'ada@example.com', c: '4242424242424242', d: 'eve@example.com' }) as { body: Record<string, string> }
    expect(body['a']).toMatch(/^\[token:email:e1:[0-9a-f]{32}\]$/)
    expect(body['b']).toBe(body['a'])
    expect(body['d']).not.toBe(body['a'])
    expect(body['c']).toBe('[masked:card:4242]')
  })

  test('in observe mode leaves the record as it is, and says what it would have done', () => {
    const record = recordOf({ note: 'ada@example.com' })
    const found: string[] = []
    expect(redactionOf({ rules: { email: 'observe' } }).of('shop').process(record, (ruleId, outcome) => { found.push(`${ruleId} ${outcome}`) })).toBe(record)
    expect(found).toEqual(['email observed'])
  })

  test('that is off finds nothing, and one that is optional is off until it is told something', () => {
    const body = { note: 'ada@example.com at 00:1b:44:11:3a:b7' }
    expect(run({ rules: { email: 'off' } }, body)).toMatchObject({ body, found: [] })
    expect(run({ rules: { email: 'off', mac_address: 'on' } }, body)).toMatchObject({ body: { note: 'ada@example.com at [redacted:mac_address]' } })
  })

  test('of the operator’s own works as the built-in ones do', () => {
    const detectors = [{ id: 'staff_number', finds: 'personal', keywords: ['emp-'], pattern: '(?i)EMP-(?P<s>[0-9]{6})', examples: { finds: ['EMP-123456'], ignores: ['EMP-1'] } }]
    expect(run({ detectors }, { 'emp-111111': ['Emp-123456 and emp-654321', 'EMP-12'] }).body).toEqual({ 'emp-[redacted:staff_number]': ['Emp-[redacted:staff_number] and emp-[redacted:staff_number]', 'EMP-12'] })
  })
})

test('a pattern of the operator takes time in proportion to the text, whatever the text', () => {
  const detectors = [{ id: 'slow', finds: 'secret', keywords: ['aaa'], pattern: '(a+)+$b|(?P<s>a{30})c', examples: { finds: [`${'a'.repeat(30)}c`], ignores: ['aaaa'] } }]
  const redaction = redactionOf({ detectors }).of('shop')
  const timeOf = (text: string): number => { const start = performance.now(); redaction.process(recordOf({ text })); return performance.now() - start }
  timeOf('a'.repeat(1000))
  const [short, long] = [timeOf(`${'a'.repeat(29)}x`.repeat(500)), timeOf(`${'a'.repeat(29)}x`.repeat(4000))]
  expect(long / Math.max(short, 1)).toBeLessThan(60) // eight times the text; quadratic would be 64 times, exponential never ends
})

describe('each field', () => {
  test('is named by its key in any spelling, at any depth', () => {
    const { body, attributes } = run({ fields: { 'crm note': 'secret', colour: 'mask' } }, { deep: [{ CRM_Note: { a: 1 } }], colour: 'aquamarine12' }, { 'hubspot.crmNote': 'x', 'crm.note': 'y' })
    expect(body).toEqual({ deep: [{ CRM_Note: '[redacted:field_secret]' }], colour: '[masked:field_mask:ne12]' })
    expect(attributes).toMatchObject({ 'hubspot.crmNote': '[redacted:field_secret]', 'crm.note': '[redacted:field_secret]' })
  })

  test('is named by its path', () => {
    const { body, attributes } = run({ fields: { 'body.items[*].sku': 'remove', 'attributes["x.y"]': 'tokenise' } }, { sku: 1, items: [{ sku: 'a' }, { sku: 'b', n: 1 }] }, { 'x.y': 'v' })
    expect(body).toEqual({ sku: 1, items: [{ sku: '[redacted:field_remove]' }, { sku: '[redacted:field_remove]', n: 1 }] })
    expect(attributes['x.y']).toMatch(/^\[token:field_tokenise:e1:/)
  })

  test('that is public keeps its value whatever its name says, but not a secret that is in it', () => {
    expect(run({ fields: { password: 'public', note: 'internal' } }, { password: 'none set', note: 'ada@example.com' }).body).toEqual({ password: 'none set', note: '[redacted:email]' })
  })
})

describe('who did it', () => {
  const who = { [fields.actorId.key]: 'ada@example.com', [fields.targetId.key]: '078-05-1120', [fields.sourceId.key]: '192.0.2.1', [fields.requestId.key]: 'req-1', 'user.email': 'ada@example.com' }

  test('stays in the log although it looks personal; secrets and card numbers do not', () => {
    const { attributes } = run({}, null, { ...who, [fields.sessionId.key]: '4242 4242 4242 4242', [fields.deliveryId.key]: 'https://a:hunter22@example.com' })
    expect(attributes).toMatchObject({ ...who, 'user.email': '[redacted:personal_name]', [fields.sessionId.key]: '[redacted:card]' })
    expect(attributes[fields.deliveryId.key]).not.toContain('hunter22')
  })

  test('becomes a token by which records still join, where the policy says so', () => {
    const { attributes } = run({ fields: { 'audit.actor.id': 'tokenise' } }, { id: 'ada@example.com' }, who)
    expect(attributes[fields.actorId.key]).toMatch(/^\[token:field_tokenise:e1:[0-9a-f]{32}\]$/)
    expect(run({ fields: { 'audit.actor.id': 'tokenise' } }, null, who).attributes[fields.actorId.key]).toBe(attributes[fields.actorId.key])
    expect(run({ fields: { 'audit.actor.id': 'tokenise' } }, null, who, 'other').attributes[fields.actorId.key]).not.toBe(attributes[fields.actorId.key])
    expect(attributes[fields.sourceId.key]).toBe('192.0.2.1')
  })

  test('goes by its class, when the policy does something with that class', () => {
    const { attributes } = run({ classes: { internal: 'tokenise' } }, null, who)
    for (const key of [fields.actorId.key, fields.targetId.key, fields.requestId.key]) expect(attributes[key]).toMatch(/^\[token:field_internal:e1:/)
  })

  test('is removed where a token is asked for and there is no key', () => {
    expect(run({ fields: { 'audit.actor.id': 'tokenise' } }, null, who, 'unknown').attributes[fields.actorId.key]).toBe('[redacted:field_tokenise]')
  })
})

test('what has no canonical form is removed instead of tokenised or encrypted, by name and by path', () => {
  for (const action of ['tokenise', 'encrypt']) {
    const record = { ...recordOf(null), body: valueMap([['a', [Number.NaN]], ['b', valueMap([['c', [Number.NaN, new Uint8Array([255])]]])]]) }
    const { body } = redactionOf({ fields: { a: action, 'body.b.c': action }, recipients }).of('shop').process(record)
    expect(JSON.stringify(toPlain(body))).not.toContain('null')
    expect(Object.values(body as object).map((value) => typeof value)).toEqual(['string', 'object'])
  }
})

describe('encryption', () => {
  test('hides from everybody but the holder of the private key', () => {
    const { body } = run({ classes: { personal: 'encrypt' }, recipients }, { note: 'mail ada@example.com now', firstName: 'Ada' }) as { body: { note: string; firstName: string } }
    expect(JSON.stringify(body)).not.toMatch(/ada/i)
    expect(openSealed(body.firstName, [pair])).toBe('Ada')
    expect(openSealed(/\[sealed:.*\]/.exec(body.note)![0], [pair])).toBe('ada@example.com')
  })

  test('swells a record by a limited amount: what is beyond is removed', () => {
    const emails = Array.from({ length: 8000 }, (_, i) => `a${i}@example.com`)
    const { body } = run({ classes: { personal: 'encrypt' }, recipients }, emails) as { body: string[] }
    expect(JSON.stringify(body).length).toBeLessThan(600_000)
    expect(body.filter((text) => text.startsWith('[sealed:')).length).toBeGreaterThan(1000)
    expect(body.at(-1)).toBe('[redacted:email]')
  })
})

describe('an allow-list', () => {
  const policy = { allow: [{ events: ['payment.*'], keep: ['amount', 'body.items[*].sku', 'body.meta', 'attributes["http.route"]'] }] }

  test('lets nothing pass but what it lists', () => {
    const { body, attributes, rules, found } = run(policy, { amount: 1, total: 2, ok: true, none: null, items: [{ sku: 'a', name: 'b' }, 'c'], meta: { deep: { note: 'x', password: 'y' } }, other: { 'a name': [1, 2] } }, {
      'http.route': '/x', 'x.y': 'z', [fields.actorId.key]: 'ada', [fields.reason.key]: 'because of Ada', [fields.action.key]: 'CREATE',
    })
    const gone = '[redacted:not_allowed]'
    expect(body).toEqual({ amount: 1, total: gone, ok: gone, none: null, items: [{ sku: 'a', name: gone }, gone], meta: { deep: { note: 'x', password: '[redacted:key_name]' } }, other: gone })
    expect(attributes).toMatchObject({ 'http.route': '/x', 'x.y': gone, [fields.actorId.key]: 'ada', [fields.reason.key]: gone, [fields.action.key]: 'CREATE' })
    expect(rules).toEqual(['key_name:1', 'not_allowed:8'])
    expect(found).toHaveLength(9)
  })

  test('does not believe what looks like a placeholder', () => {
    expect(run(policy, { a: '[masked:email:example.com]', b: '[token:key_name:e1:0123456789abcdef]', c: '[redacted:made_up]', amount: 1 }).body).toEqual({ a: '[redacted:email]', b: '[redacted:key_name]', c: '[redacted:not_allowed]', amount: 1 })
    expect(run(policy, 'free text').body).toBe('[redacted:not_allowed]')
  })

  test('is for its events only, and one more list never lets more pass', () => {
    expect(redactionOf(policy).of('shop').process(recordOf({ total: 2 }, {}, 'login')).body).toEqual(toValue({ total: 2 }))
    expect(run({ allow: [...policy.allow, { events: ['*.refund'], keep: ['total'] }] }, { amount: 1, total: 2 }).body).toBe('[redacted:not_allowed]')
  })
})

describe('sections', () => {
  const policy = {
    rules: { email: 'mask' }, fields: { note: 'mask', 'audit.actor.id': 'tokenise', 'body.memo': 'tokenise' }, recipients,
    workspaces: { shop: { rules: { email: 'encrypt' }, fields: { memo: 'remove' } } },
    destinations: { siem: { rules: { email: 'remove', card: 'remove' }, fields: { 'audit.actor.id': 'remove', note: 'remove', 'body.memo': 'remove' }, allow: [{ events: ['secret.*'], keep: [] }] } },
  }
  const body = { text: 'ada@example.com', memo: 'private', note: 'likes tea and coffee' }

  test('of a workspace hold for its records alone', () => {
    expect(run(policy, body, {}, 'shop').body).toMatchObject({ text: expect.stringMatching(/^\[sealed:email:/), memo: '[redacted:field_remove]', note: '[masked:field_mask:ffee]' })
    expect(run(policy, body, {}, 'other').body).toEqual({ text: '[masked:email:example.com]', memo: expect.stringMatching(/^\[token:field_tokenise:/), note: '[masked:field_mask:ffee]' })
  })

  test('of a destination come on top, and take away what was left', () => {
    const redaction = redactionOf(policy)
    const stored = redaction.of('other').process(recordOf(body, { [fields.actorId.key]: 'ada@example.com' }))
    const sent = redaction.to('siem')!.process(stored)
    expect(toPlain(sent.body)).toEqual({ text: '[redacted:email]', memo: '[redacted:field_remove]', note: '[redacted:field_remove]' })
    expect(sent.attributes[fields.actorId.key]).toBe('[redacted:field_remove]')
    expect(redaction.to('siem')!.process(sent)).toEqual(sent)
    expect(redaction.to('elsewhere')).toBeUndefined()
    expect(toPlain(stored.body)).toMatchObject({ text: '[masked:email:example.com]' })
  })

  test('a process with a laxer policy than the collector leaves nothing more than the collector would', () => {
    const lax = redactionOf({ classes: { personal: 'mask', secret: 'tokenise' } }).of('shop').process(recordOf({ text: 'ada@example.com', apiKey: 'x', card: '4242424242424242' }))
    const strict = redactionOf({ rules: { email: 'mask' } }).of('shop').process(lax)
    expect(toPlain(strict.body)).toEqual({ text: '[masked:email:example.com]', apiKey: '[redacted:key_name]', card: '[redacted:card]' })
    expect(strict.attributes[fields.redactionRules.key]).toEqual(lax.attributes[fields.redactionRules.key])
  })
})

test('a fingerprint takes what the policy takes: masked or sealed, equal payloads match, and what stays counts as it is', () => {
  const payload = (source: object, value: unknown): string => fingerprint(toValue(value), keys.shop, redactionOf(source).of('shop').payload).value
  const sealed = { classes: { personal: 'encrypt' }, recipients, fields: { 'body.x': 'encrypt' } }
  expect(payload(sealed, { x: 1, a: 'ada@example.com' })).toBe(payload(sealed, { a: 'ada@example.com', x: 1 }))
  expect(payload(sealed, { x: 1, a: 'ada@example.com' })).not.toBe(payload(sealed, { x: 1, a: 'eve@example.com' }))
  expect(payload(sealed, { x: 1 })).not.toBe(payload(sealed, { x: 2 }))
  expect(payload({ rules: { email: 'off' } }, { a: 'ada@example.com' })).toBe(fingerprint(toValue({ a: 'ada@example.com' }), keys.shop).value)
})

test.each<[string, object]>([
  ['masks', { classes: { personal: 'mask', secret: 'mask' } }],
  ['tokenises', { classes: { personal: 'tokenise', secret: 'tokenise', internal: 'tokenise' } }],
  ['encrypts', { classes: { personal: 'encrypt', secret: 'encrypt', internal: 'encrypt' }, recipients }],
  ['allows', { allow: [{ events: ['*'], keep: ['a', 'body.b'] }] }],
  ['mixes', { rules: { email: 'observe', card: 'mask', key_name: 'tokenise' }, fields: { a: 'mask', 'body.a': 'tokenise', 'body.b[*].c': 'remove', b: 'public' } }],
])('of any record, a policy that %s makes the same twice as once, and leaves its input alone', (_, source) => {
  const redaction = redactionOf(source).of('shop')
  const secrets = fc.constantFrom<Value>('ada@example.com', 'password=hunter2hunter2 4242424242424242', '[masked:field_mask:a.b]', '[token:key_name:e1:0123456789abcdef] x', 4242424242424242n, valueMap([['a', 'x'], ['password', 'y']]))
  fc.assert(fc.property(anyRecord, secrets, (record, secret) => {
    const planted = { ...record, body: valueMap([['a', secret], ['b', [valueMap([['c', secret]]), record.body]]]) }
    const before = canonicalRecord(planted)
    const once = redaction.process(planted)
    expect(canonicalRecord(redaction.process(once))).toBe(canonicalRecord(once))
    expect(canonicalRecord(planted)).toBe(before)
  }), { numRuns: 60 })
})
