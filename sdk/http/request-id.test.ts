import { expect, test } from 'vitest'
import { requestIdOf } from './request-id.ts'

const headers = (given: Record<string, string>) => (name: string): string | undefined => given[name]
const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('a harmless id is taken over', () => {
  for (const id of ['a', 'req_1', '7f3a-11', 'A/b+c=', 'x'.repeat(128), '1:2.3']) expect(requestIdOf(headers({ 'x-request-id': id }), 'x-request-id')).toBe(id)
})

test('any other is replaced', () => {
  for (const id of ['', 'x'.repeat(129), 'a b', 'a\tb', 'a, b', '${jndi:ldap}', '<script>', 'ü', 'a\u0000']) expect(requestIdOf(headers({ 'x-request-id': id }), 'x-request-id')).toMatch(uuid)
})

test('the trace id comes second, when it is one', () => {
  expect(requestIdOf(headers({ traceparent: trace, 'x-request-id': 'a' }), 'x-request-id')).toBe('a')
  expect(requestIdOf(headers({ traceparent: trace, 'x-request-id': 'a b' }), 'x-request-id')).toBe('0af7651916cd43dd8448eb211c80319c')
  expect(requestIdOf(headers({ traceparent: `${trace.replace('00-', '01-')}-more` }), 'x-request-id')).toBe('0af7651916cd43dd8448eb211c80319c')
  for (const broken of [trace.replace('00-', 'ff-'), trace.replace(/[1-9a-f]/g, '0'), trace.toUpperCase(), trace.slice(0, -1), `x${trace}`]) expect(requestIdOf(headers({ traceparent: broken }), 'x-request-id')).toMatch(uuid)
})

test('without a header name the header is not read', () => {
  expect(requestIdOf(headers({ 'x-request-id': 'a' }), false)).toMatch(uuid)
})
