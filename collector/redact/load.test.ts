import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RedactionPolicyError, createRedaction, emptyRecord, ruleSetVersion, toPlain, toValue } from '@blotter/processors'
import { directoryForTest } from '../../test/support/directory.ts'
import { parseYaml } from '../config.ts'
import { checkDestinations, loadRedaction } from './load.ts'

async function files(...texts: (string | undefined)[]): Promise<string[]> {
  const directory = await directoryForTest()
  return Promise.all(texts.map(async (text, i) => {
    const path = join(directory, `${i}.yaml`)
    if (text !== undefined) await writeFile(path, text)
    return path
  }))
}

test('the first file that is there counts, and without one the built-in policy', async () => {
  const paths = await files(undefined, 'version: 1\nrules: { email: off }\n', 'version: 1\n')
  const { policy, source } = await loadRedaction(paths, false, parseYaml)
  expect(source).toBe(paths[1])
  expect(policy.base.rules.get('email')).toBe('off')
  expect(await loadRedaction(paths.slice(0, 1), false, parseYaml)).toMatchObject({ source: 'built-in', policy: { version: ruleSetVersion } })
})

test('a file that was named must be there, and one with problems is never passed over', async () => {
  const paths = await files(undefined, 'version: 1\nrules: { no_such_rule: off }\n', 'version: 1\n')
  await expect(loadRedaction(paths.slice(0, 1), true, parseYaml)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(loadRedaction(paths, false, parseYaml)).rejects.toThrow(RedactionPolicyError)
  await expect(loadRedaction(await files('rules: ['), false, parseYaml)).rejects.toThrow('is not valid YAML')
})

test('a section for a destination that is not there is refused', async () => {
  const loaded = await loadRedaction(await files('version: 1\ndestinations: { siem: { rules: { email: remove } } }\n'), true, parseYaml)
  expect(() => { checkDestinations(loaded, ['siem', 'loki']) }).not.toThrow()
  expect(() => { checkDestinations(loaded, ['loki']) }).toThrow(RedactionPolicyError)
})

test('the policy in deploy/ is one, and does what it says', async () => {
  const { policy } = await loadRedaction([fileURLToPath(new URL('../../deploy/redaction.yaml', import.meta.url))], true, parseYaml)
  const process = (workspace: string): unknown => toPlain(createRedaction(policy).of(workspace).process({
    ...emptyRecord, eventName: 'invoice.sent', body: toValue({ email: 'ada@example.com', text: 'EMP-004711 paid with 4242 4242 4242 4242 from 203.0.113.9', invoice: { lines: [{ text: 'x', price: 1 }] }, patient: 'Ada', apiKey: 'x' }),
  }).body)
  const common = { text: 'EMP-[redacted:staff_number] paid with [masked:card:4242] from [redacted:ip_address]', invoice: { lines: [{ text: '[redacted:field_remove]', price: 1 }] }, apiKey: '[redacted:key_name]' }
  expect(process('shop')).toEqual({ ...common, email: '[masked:field_mask:example.com]', patient: 'Ada' })
  expect(process('clinic')).toEqual({ ...common, text: common.text.replace('[masked:card:4242]', '[redacted:card]'), email: '[redacted:field_remove]', patient: '[redacted:field_remove]' })
})
