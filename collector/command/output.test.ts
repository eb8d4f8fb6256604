import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from './flags.ts'
import { writeOutput } from './output.ts'

let directory: string
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'blotter-output-')) })
afterEach(() => rm(directory, { recursive: true }))

test('a file is written whole, for its owner alone', async () => {
  const file = join(directory, 'story.csv')
  await writeOutput({ output: file }, async () => ['a', 'b\n'])
  expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]).toEqual(['ab\n', 0o600])
})

test('an existing file stays, nothing is asked for it, and --force replaces it with one for its owner alone', async () => {
  const file = join(directory, 'story.csv')
  await writeFile(file, 'old', { mode: 0o644 })
  let asked = false
  const make = async (): Promise<string[]> => { asked = true; return ['new'] }
  await expect(writeOutput({ output: file }, make)).rejects.toThrow(UsageError)
  expect([asked, await readFile(file, 'utf8')]).toEqual([false, 'old'])
  await writeOutput({ output: file, force: true }, make)
  expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777, await readdir(directory)]).toEqual(['new', 0o600, ['story.csv']])
})

test.each([['a refused question', async (): Promise<string[]> => { throw new Error('refused') }], ['an answer that breaks off', async () => (function* () { yield 'half'; throw new Error('broken off') })()]])('%s leaves no half a file, and an old one as it was', async (_, make) => {
  const file = join(directory, 'story.csv')
  await expect(writeOutput({ output: file }, make)).rejects.toThrow()
  expect(await readdir(directory)).toEqual([])
  await writeFile(file, 'old')
  await expect(writeOutput({ output: file, force: true }, make)).rejects.toThrow()
  expect([await readFile(file, 'utf8'), await readdir(directory)]).toEqual(['old', ['story.csv']])
})
