import { expect, test } from 'vitest'
import { canonicalRecord } from '../canonical.ts'
import { valueMap } from '../record.ts'
import { toValue } from '../value.ts'
import { sampleRecord } from '../../test/support/arbitrary.ts'
import { createDetector } from './detect.ts'
import { createRedact, createValueRedactor } from './redact.ts'
import type { Rule } from './rule.ts'

const canary = 'CANARY-7f3a'
const redact = createValueRedactor()
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const json = JSON.stringify({ note: 'x', cvv: canary, user: { 'api-key': canary } })
const credentials = `postgres://app:${canary}@db.example.com/x`
const assignment = `password=${canary}`

test.each([
  ['percent-encoded text', encodeURIComponent(credentials)],
  ['a percent-encoded URL in a parameter', `https://example.com/?next=${encodeURIComponent(`https://example.com/?access_token=${canary}&x=1`)}`],
  ['a percent-encoded name', `https://example.com/?${'api_key'.replace('p', '%70')}=${canary}&x=1`],
  ['percent-encoded JSON whose key name decides', `https://example.com/?payload=${encodeURIComponent(json)}&x=1`],
  ['percent-encoded characters that are not seen', `https://example.com/?a=1&pass%E2%80%8Bword%3D${canary}`],
  ['base64', base64(`${assignment} and more`)],
  ['base64 without padding inside text', `body was ${base64(`{"client_secret":"${canary}"}`).replaceAll('=', '')}, retrying`],
  ['base64url', Buffer.from(`${credentials}??>>`).toString('base64url')],
  ['base64 in lines', `body:\n${base64(`${'a'.repeat(40)} password=${canary} and on it goes`).replace(/(.{76})/g, '$1\r\n')}\n`],
  ['base64 in a path', `https://example.com/cb/${Buffer.from(`{"api_key":"${canary}"}`).toString('base64url')}/x`],
  ['base64 of JSON whose key name decides', base64(json)],
  ['JSON', json],
  ['JSON in text', `payload ${json} refused`],
  ['JSON in JSON', JSON.stringify({ body: json })],
  ['escaped JSON in text', `payload ${JSON.stringify(json).slice(1, -1)} refused`],
  ['JSON lines', `${json}\n${json}`],
  ['a JSON array of header pairs', JSON.stringify([['X-Api-Key', canary]])],
  ['JSON that is cut off', `{"a":{"cvv":"${canary}`],
  ['JSON with a name twice', `{"cvv":"${canary}","cvv":null}`],
  ['a printed dictionary', `{'a': 1, 'cvv': '${canary}'}`],
  ['a query string', `/callback?a=1&cvv=${canary}#top`],
  ['a form body', `grant_type=code&client%5Fsecret=${canary}&cvv=${canary}`],
  ['a block of headers', `GET / HTTP/1.1\r\nHost: example.com\r\nX-Api-Key: ${canary}\r\nAccept: */*`],
  ['zero-width characters in the name', `pass\u200bword=${canary}`],
  ['full-width characters', `ｐａｓｓｗｏｒｄ=${canary}`],
  ['a forged placeholder around it', `password=[redacted:${canary}]`],
  ['a placeholder before it', `password="[redacted:key_name]${canary}"`],
])('a secret in %s is gone', (_, text) => {
  const redacted = redact(text) as string
  expect(redacted).not.toContain(canary)
  expect(redacted).not.toContain(base64(canary).slice(0, 12))
  expect(redacted).toContain('[redacted:')
  expect(redact(redacted)).toBe(redacted)
})

test.each([
  '4bf92f3577b34da6a3ce929d0e0e4736', 'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  base64('a plain sentence without anything to hide in it'), 'https://example.com/a%20b?page=2&sort=name%3Aasc', '{"page": 2,  "sort":"name"}',
  'Subject: hello\nFrom: shop\n', 'Łódź, ½ price… № 7', 'https://example.com/?city=%C5%81%C3%B3d%C5%BA&x=%ff%', 'https://example.com/?filter=%7B%22page%22%3A2%7D', '{"id":12345678901234567890}', '/usr/local/lib/node_modules/npm/lib/cli.js',
  'a=[masked:card:4242] b=[token:email:e1:0123456789abcdef0123456789abcdef] [redacted:card]',
])('clean text stays the same string: %j', (text) => {
  expect(redact(text)).toBe(text)
})

test('JSON keeps its digits', () => {
  expect(redact('{"id":12345678901234567890,"cvv":"987", "price":4.20}')).toBe('{"id":12345678901234567890,"cvv":"[redacted:key_name]","price":4.2}')
})

test('a key speaks for a value that says nothing itself', () => {
  const rule: Rule = { id: 'shop_key', finds: 'secret', keywords: ['shop'], pattern: /shop[a-z. ]{0,20}: (?<s>[0-9a-f]{16})\b/g, examples: { finds: [], ignores: [] } }
  const only = createValueRedactor({ rules: [rule] })
  expect(only(toValue({ 'shop.x': '0123456789abcdef', other: '0123456789abcdef' }))).toEqual({ 'shop.x': '[redacted:shop_key]', other: '0123456789abcdef' })
})

test('what overlaps goes as one, under the rule that found most of it', () => {
  const rule = (id: string, pattern: RegExp): Rule => ({ id, finds: 'secret', pattern, examples: { finds: [], ignores: [] } })
  const detect = createDetector([rule('first', /abcd/g), rule('second', /cdefgh/g), rule('third', /abcd/g)])
  const found: string[] = []
  expect(detect('x abcdefgh y abcd', (ruleId) => found.push(ruleId))).toBe('x [redacted:second] y [redacted:first]')
  expect(found).toEqual(['second', 'first'])
})

test('a detector that breaks costs the field, not the record', () => {
  const broken: Rule = { id: 'broken', finds: 'secret', keywords: ['break'], pattern: /break/g, valid: () => { throw new Error('x') }, examples: { finds: [], ignores: [] } }
  const record = createRedact({ rules: [broken] }).process(sampleRecord({ body: toValue({ a: 'break me', b: 'whole' }) }))
  expect(record.body).toEqual({ a: '[redacted:error]', b: 'whole' })
  expect(record.attributes['blotter.redaction.rules']).toEqual(['error:1'])
})

test('where a key or a number breaks detection, it goes', () => {
  const broken: Rule = { id: 'broken', finds: 'secret', pattern: /break|98765432/g, valid: () => { throw new Error('x') }, examples: { finds: [], ignores: [] } }
  const only = createValueRedactor({ rules: [broken] })
  expect(only(toValue({ 'break it': 'x', number: 98765432n, other: 12345678 }))).toEqual({ '[redacted:error]': '[redacted:error]', number: '[redacted:error]', other: 12345678n })
  const failing = createRedact({ paths: ['body.a'], replaceWith: () => { throw new Error('x') } })
  expect(failing.process(sampleRecord({ body: toValue({ a: 1, cvv: '123' }) })).body).toEqual({ a: '[redacted:error]', cvv: '[redacted:error]' })
})

test('a rule that is only observed changes nothing, and is told', () => {
  const told: string[] = []
  const observing = createRedact({ replaceWith: (ruleId) => ruleId === 'key_name' ? undefined : `[redacted:${ruleId}]`, found: (ruleId, outcome) => { told.push(`${ruleId} ${outcome ?? ''}`) } })
  const record = sampleRecord({ body: toValue({ cvv: '12', list: [{ cvv: '13' }] }) })
  expect(observing.process(record)).toBe(record)
  expect(told).toEqual(['key_name observed', 'key_name observed'])
})

test('the operator chooses keys and what stands in their place, and a fingerprint has tokens instead', () => {
  const options = { fieldRule: (key: string) => (key === 'crm.note' ? 'notes' : undefined), replaceWith: (ruleId: string) => `[masked:${ruleId}:1234]` }
  const body = toValue({ 'crm.note': { deep: 'x' }, text: `see ${assignment}` })
  expect(createValueRedactor(options)(body)).toEqual({ 'crm.note': '[masked:notes:1234]', text: 'see password=[masked:assignment:1234]' })
  const tokens = createValueRedactor(options)(body, undefined, (ruleId, secret) => `<${ruleId} ${JSON.stringify(secret)}>`)
  expect(tokens).toEqual({ 'crm.note': '<notes {"deep":"x"}>', text: `see password=<assignment "${canary}">` })
})

test('numbers go as a whole, and every part of a record is looked at', () => {
  const token = `token=${canary}`
  const text = canonicalRecord(createRedact().process(sampleRecord({
    body: toValue([4242424242424242n, -4242424242424242]), eventName: token, severityText: token, scopeName: token, scopeVersion: token,
    resource: valueMap([['x', { list: [token] }]]),
  })))
  expect(text).not.toContain(canary)
  expect(text).not.toContain('4242424242424242')
})
