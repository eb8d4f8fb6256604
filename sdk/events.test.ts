import { expect, test } from 'vitest'
import { defineEvents, isCatalogue } from './events.ts'

test('a catalogue keeps its definitions, whatever happens to the object that they came from', () => {
  const given = { 'order.cancel': { action: 'DELETE', requires: ['reason' as const] } }
  const catalogue = defineEvents(given)
  given['order.cancel'].action = 'CREATE'
  expect(catalogue.definitions['order.cancel'].action).toBe('DELETE')
  expect([isCatalogue(catalogue), isCatalogue({ ...catalogue }), isCatalogue(undefined), isCatalogue('x')]).toEqual([true, false, false, false])
})

test('a definition that is wrong is refused when the catalogue is made, with every problem', () => {
  const wrong = {
    'order.cancel': { action: '', requires: ['reason', 'outcome'], attributes: { basket: 'integer' }, optional: { note: [] }, retention: 'Seven Years', delivery: 'soon', colour: 'red' },
    'order.ship': { attributes: { basket: 'number' }, optional: { basket: 'number' } },
    'order.pay': { attributes: { 'audit.actor.id': 'string' } },
    'order.open': null,
    '': {},
  }
  const problems = [
    'order.cancel.action', 'order.cancel.requires', 'order.cancel.attributes', 'order.cancel.optional', 'order.cancel.retention', 'order.cancel.delivery', 'order.cancel.colour',
    'order.ship.optional.basket', 'order.pay.attributes', 'order.open', '(name)',
  ].map((key) => expect.objectContaining({ key }) as unknown)
  expect(() => defineEvents(wrong as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', problems }))
})

test('a retention class that is not in the list is refused, by the compiler and when the catalogue is made', () => {
  expect(() => defineEvents({
    // @ts-expect-error a class that the list does not have
    'order.cancel': { retention: 'finance' },
  }, { retentionClasses: ['financial', 'security'] })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', problems: [{ key: 'order.cancel.retention', got: 'a text of 7 characters', want: 'one of financial, security' }] }))
  expect(defineEvents({ 'order.cancel': { retention: 'financial' } }, { retentionClasses: ['financial', 'security'] }).definitions['order.cancel'].retention).toBe('financial')
})

test('the compiler refuses what a definition cannot say', () => {
  const refused = [
    // @ts-expect-error not a type of an attribute
    () => defineEvents({ 'order.cancel': { attributes: { basket: 'integer' } } }),
    // @ts-expect-error not a member that can be required
    () => defineEvents({ 'order.cancel': { requires: ['outcome'] } }),
    // @ts-expect-error not a mode of delivery
    () => defineEvents({ 'order.cancel': { delivery: 'soon' } }),
  ]
  for (const make of refused) expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
})

test('describe makes a Markdown table whose cells nothing can break', () => {
  const catalogue = defineEvents({
    'order.cancel': {
      description: 'An order | of a customer\nis taken back', action: 'DELETE', target: 'order', requires: ['reason'],
      attributes: { currency: ['EUR', 'USD'], amount: 'number' }, optional: { partial: 'boolean' }, retention: 'financial', delivery: 'acknowledged',
    },
    'order.read': {},
  })
  expect(catalogue.describe()).toBe([
    '| event | meaning | action | target | required | optional | retention | delivery |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    '| `order.cancel` | An order \\| of a customer is taken back | `DELETE` | `order` | `reason`, `currency` (EUR or USD), `amount` (number) | `partial` (boolean) | `financial` | `acknowledged` |',
    '| `order.read` |  |  |  |  |  |  |  |',
    '',
  ].join('\n'))
})

const policy = {
  version: 1,
  default: 'everything-else',
  classes: [
    { name: 'sandbox', keep: '7d', match: { environment: 'sandbox' } },
    { name: 'financial', keep: '7y', match: { event: 'payment.*', outcome: ['success', 'failure'] } },
    { name: 'security', keep: '1y', match: { action: ['LOGIN', 'LOGOUT'] } },
    { name: 'everything-else', keep: '30d' },
  ],
}

test('misfiled names the events that the policy keeps elsewhere than they declare', () => {
  const catalogue = defineEvents({
    'payment.refund': { retention: 'financial' },
    'user.login': { action: 'LOGIN', retention: 'security' },
    'user.lock': { action: 'UPDATE', retention: 'security' },
    'order.read': {},
  })
  expect(catalogue.misfiled(policy)).toEqual([{ event: 'user.lock', declared: 'security', given: 'everything-else' }])
  expect(catalogue.misfiled(policy, { environment: 'sandbox' }).map(({ given }) => given)).toEqual(['sandbox', 'sandbox', 'sandbox'])
  expect(catalogue.misfiled(policy, { outcome: 'unknown' }).map(({ event }) => event)).toEqual(['payment.refund', 'user.lock'])
})

test('misfiled says what is wrong about a policy that is none', () => {
  const catalogue = defineEvents({ 'payment.refund': { retention: 'financial' } })
  expect(() => catalogue.misfiled({ version: 2, default: 'x', classes: [] })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
})
