import { expect, test } from 'vitest'
import { makeKeyPair } from './hpke.ts'
import { RedactionPolicyError, builtinPolicy, parseRedactionPolicy } from './policy.ts'
import { ruleSetVersion } from './rules/index.ts'
import { recipientPrefix } from './seal-to.ts'

const recipient = `${recipientPrefix}${makeKeyPair().publicKey.toString('base64url')}`
const detector = { id: 'staff_number', finds: 'personal', keywords: ['EMP-'], pattern: String.raw`\bEMP-(?P<s>[0-9]{6})\b`, examples: { finds: ['seen EMP-123456'], ignores: ['EMP-12'] } }

function problemsOf(source: unknown): Record<string, string> {
  try {
    parseRedactionPolicy(source)
    return {}
  } catch (error) {
    if (!(error instanceof RedactionPolicyError)) throw error
    return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]))
  }
}
const placesOf = (source: unknown): string[] => Object.keys(problemsOf(source)).sort()

test('nothing but a version is the built-in policy', () => {
  expect(parseRedactionPolicy(builtinPolicy)).toMatchObject({ version: ruleSetVersion, base: { classes: { public: 'keep', internal: 'keep', personal: 'remove', secret: 'remove' } } })
})

test('a whole policy is taken, and its version is that of what it says, not of how it is written', () => {
  const source = {
    version: 1, classes: { personal: 'encrypt', secret: 'remove' }, recipients: [recipient],
    fields: { 'crm.note': 'personal', 'body.items[*].card': 'mask', 'audit.actor.id': 'tokenise', 'attributes["x.y"]': 'remove' },
    rules: { email: 'mask', key_name: 'remove', staff_number: 'observe', mac_address: 'on' },
    detectors: [detector], allow: [{ events: ['payment.*'], keep: ['amount', 'body.items[*].sku'] }],
    workspaces: { shop: { classes: { personal: 'remove' }, rules: { email: 'remove' } } },
    destinations: { siem: { fields: { 'audit.source.id': 'remove' } } },
  }
  const { rules: _, ...withoutRules } = source
  const { version, workspaces } = parseRedactionPolicy(source)
  expect(version).toMatch(new RegExp(`^${ruleSetVersion}\\+[0-9a-f]{16}$`))
  expect(parseRedactionPolicy(Object.fromEntries(Object.entries(source).reverse())).version).toBe(version)
  expect(parseRedactionPolicy(withoutRules).version).not.toBe(version)
  expect(workspaces.get('shop')).toMatchObject({ classes: { personal: 'remove', internal: 'keep' } })
})

test.each<[unknown, string[]]>([
  [undefined, ['version']],
  [[], ['(file)', 'version']],
  [{ version: 2, colour: 1 }, ['colour', 'version']],
  [{ version: 1, classes: { personal: 'hide', staff: 'remove', public: 'remove' } }, ['classes.personal', 'classes.public', 'classes.staff']],
  [{ version: 1, classes: ['personal'] }, ['classes']],
  [{ version: 1, fields: { note: 'sensitive', '': 'remove', '---': 'remove', 'body[': 'remove', 'audit.record.id': 'remove', 'blotter.workspace': 'tokenise' } }, ['fields.(a key)', 'fields.---', 'fields.audit.record.id', 'fields.blotter.workspace', 'fields.body[', 'fields.note']],
  [{ version: 1, rules: { no_such_rule: 'remove', email: 'keep', error: 'off' } }, ['rules.email', 'rules.error', 'rules.no_such_rule']],
  [{ version: 1, classes: { personal: 'encrypt' } }, ['recipients']],
  [{ version: 1, workspaces: { shop: { fields: { note: 'encrypt' } } } }, ['workspaces.shop.recipients']],
  [{ version: 1, recipients: ['age1xyz', 7, recipient, recipient, recipient] }, ['recipients']],
  [{ version: 1, recipients: ['age1xyz', 7] }, ['recipients[0]', 'recipients[1]']],
  [{ version: 1, allow: [{ events: [], keep: ['body..a', 'amount'] }, { keep: [] }, 7] }, ['allow[0].events', 'allow[0].keep[0]', 'allow[1].events', 'allow[2]']],
  [{ version: 1, detectors: [{ ...detector, id: 'email' }, detector, detector] }, ['detectors[0].id', 'detectors[2].id']],
  [{ version: 1, detectors: [{ ...detector, finds: 'things', keywords: ['ab'], id: 'Key' }] }, ['detectors[0].finds', 'detectors[0].id', 'detectors[0].keywords']],
  [{ version: 1, detectors: [{ ...detector, pattern: '(?=a)EMP-' }] }, ['detectors[0].pattern']],
  [{ version: 1, detectors: [{ ...detector, pattern: '[0-9]*' }] }, ['detectors[0].pattern']],
  [{ version: 1, detectors: [{ ...detector, examples: { finds: ['no keyword 123456'], ignores: ['EMP-123456'] } }] }, ['detectors[0].examples.finds[0]', 'detectors[0].examples.ignores[0]']],
  [{ version: 1, detectors: [{ ...detector, examples: {} }] }, ['detectors[0].examples.finds', 'detectors[0].examples.ignores']],
])('all problems of a policy are told, each with its place (%#)', (source, places) => {
  expect(placesOf(source)).toEqual(places)
})

test('a section may be stricter', () => {
  expect(problemsOf({
    version: 1, classes: { personal: 'mask' }, fields: { note: 'mask' }, rules: { email: 'observe' }, recipients: [recipient],
    workspaces: { shop: { classes: { personal: 'tokenise', internal: 'mask' }, fields: { note: 'encrypt', memo: 'remove', 'audit.actor.id': 'tokenise' }, rules: { email: 'mask', phone: 'encrypt' } } },
  })).toEqual({})
})

test.each<[object, object, string]>([
  [{}, { classes: { personal: 'mask' } }, 'classes.personal'],
  [{}, { rules: { email: 'observe' } }, 'rules.email'],
  [{}, { rules: { card: 'off' } }, 'rules.card'],
  [{}, { rules: { key_name: 'mask' } }, 'rules.key_name'],
  [{ rules: { mac_address: 'on' } }, { rules: { mac_address: 'off' } }, 'rules.mac_address'],
  [{ classes: { personal: 'encrypt' }, recipients: [recipient] }, { rules: { email: 'tokenise' } }, 'rules.email'],
  [{ fields: { note: 'secret' } }, { fields: { note: 'keep' } }, 'fields.note'],
  [{ fields: { note: 'secret' } }, { fields: { 'crm.NOTE': 'public' } }, 'fields.crm.NOTE'],
  [{}, { fields: { password: 'public' } }, 'fields.password'],
  [{}, { fields: { firstName: 'mask' } }, 'fields.firstName'],
  [{ fields: { 'body.a': 'remove' } }, { fields: { 'body.a': 'mask' } }, 'fields.body.a'],
  [{ fields: { 'audit.actor.id': 'tokenise' } }, { fields: { 'audit.actor.id': 'keep' } }, 'fields.audit.actor.id'],
])('over %j, the section %j is laxer and refused', (base, section, place) => {
  expect(problemsOf({ version: 1, ...base, workspaces: { shop: section } })).toEqual({ [`workspaces.shop.${place}`]: 'must not be laxer than it is for everybody' })
  expect(placesOf({ version: 1, ...base, destinations: { siem: section } })).toEqual([`destinations.siem.${place}`])
})

test('detectors for a few sections only: each list of them compiles all rules anew', () => {
  const sections = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`w${i}`, { detectors: [detector] }]))
  expect(problemsOf({ version: 1, workspaces: sections(10) })).toEqual({})
  expect(placesOf({ version: 1, workspaces: sections(11) })).toEqual(['workspaces'])
  expect(problemsOf({ version: 1, detectors: [detector], rules: { staff_number: 'off' }, workspaces: { shop: { rules: { staff_number: 'on' } } } })).toEqual({})
})

test('what stands in the wrong place is not repeated: it may be a secret', () => {
  const canary = 'CANARY/b7f1'
  const message = Object.entries(problemsOf({ version: canary, [canary]: 1, classes: { [canary]: canary }, fields: { [canary]: canary, note: canary }, rules: { [canary]: 1 }, recipients: [canary], detectors: [{ id: canary, pattern: `(${canary}` }] })).join()
  expect(message).not.toContain('b7f1')
  expect(message).toContain('(a key)')
})
