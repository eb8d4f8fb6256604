import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PolicyError } from '@blotter/processors'
import { directoryForTest } from '../../test/support/directory.ts'
import { parseYaml } from '../config.ts'
import { loadPolicy } from './load.ts'

const policyOf = (keep: string): string => `version: 1\nclasses: [{ name: all, keep: ${keep} }]\ndefault: all\n`

async function files(...texts: (string | undefined)[]): Promise<string[]> {
  const directory = await directoryForTest()
  return Promise.all(texts.map(async (text, i) => {
    const path = join(directory, `${i}.yaml`)
    if (text !== undefined) await writeFile(path, text)
    return path
  }))
}

test('the first file that is there counts', async () => {
  const paths = await files(undefined, policyOf('7d'), policyOf('30d'))
  const { policy, source } = await loadPolicy(paths, false, parseYaml)
  expect(source).toBe(paths[1])
  expect(policy.byDefault).toMatchObject({ name: 'all', keepDays: 7 })
})

test('without a file there is a built-in policy, which says that it is one', async () => {
  const { policy, source, version } = await loadPolicy(await files(undefined), false, parseYaml)
  expect(source).toBe('built-in')
  expect(version).toMatch(/^[0-9a-f]{16}$/)
  expect(policy.classes.every(({ keepDays, why }) => keepDays >= 90 && why !== '')).toBe(true)
})

test('a file that was named must be there: nothing else takes its place', async () => {
  await expect(loadPolicy(await files(undefined), true, parseYaml)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a file with problems is refused, and no other takes its place', async () => {
  await expect(loadPolicy(await files('version: 2\n', policyOf('7d')), false, parseYaml)).rejects.toThrow(PolicyError)
  await expect(loadPolicy(await files(policyOf('[', ), policyOf('7d')), false, parseYaml)).rejects.toThrow('is not valid YAML')
})

test('the version tells one text from another', async () => {
  const [first, second] = await files(policyOf('7d'), policyOf('8d'))
  const version = async (path: string): Promise<string> => (await loadPolicy([path], true, parseYaml)).version
  expect(await version(first!)).toBe(await version(first!))
  expect(await version(first!)).not.toBe(await version(second!))
})
