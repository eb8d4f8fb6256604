import { valueMap } from '@blotter/processors'
import { expect, test } from 'vitest'
import { sampleRecord } from '../../test/support/arbitrary.ts'
import { foreignClaim } from './claims.ts'
import type { Value } from '@blotter/processors'

const owner = { workspace: 'shop', environment: 'production' }
const claiming = (attributes: Record<string, Value>, resource: Record<string, Value> = {}): string | undefined =>
  foreignClaim({ ...sampleRecord({}, attributes), resource: valueMap(Object.entries(resource)) }, owner)

test('a record that says nothing, or what its key says, is its key’s', () => {
  expect(claiming({})).toBeUndefined()
  expect(claiming({ 'blotter.environment': 'production', 'blotter.workspace': 'shop', 'deployment.environment': 'Production ' }, { 'deployment.environment.name': 'PRODUCTION' })).toBeUndefined()
  expect(claiming({ 'blotter.environment': '', 'blotter.workspace': null })).toBeUndefined()
})

test.each(['blotter.environment', 'deployment.environment.name', 'deployment.environment', 'blotter.workspace'])('another %s is found in the record and in its resource', (key) => {
  expect(claiming({ [key]: 'sandbox' })).toBe(`attributes.${key}`)
  expect(claiming({}, { [key]: 'sandbox' })).toBe(`resource.${key}`)
})

test.each<[string, Value]>([['a list', ['production']], ['a number', 1n], ['bytes', new Uint8Array([1])], ['a map', valueMap([['production', 'production']])], ['yes', true]])('%s is no name of an environment', (_, claim) => {
  expect(claiming({ 'deployment.environment.name': claim })).toBe('attributes.deployment.environment.name')
})

test('names that only look alike are others', () => {
  for (const claim of ['product\u0131on', 'production\u0000', 'prod', 'production2', '\u043Froduction']) expect(claiming({ 'blotter.environment': claim })).toBeDefined()
})
