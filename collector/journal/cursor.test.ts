import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { openCursor, readCursor } from './cursor.ts'

const cursorFile = async (): Promise<string> => join(await directoryForTest(), 'store.json')

test('a cursor begins where it is told, and goes on where it was', async () => {
  const path = await cursorFile()
  const first = await openCursor(path, 7)
  expect(first.next).toBe(7)
  await first.advance(12)
  expect(first.next).toBe(12)
  expect((await openCursor(path, 7)).next).toBe(12)
})

test('a cursor that never moved is kept all the same: from now on everything is owed to it', async () => {
  const path = await cursorFile()
  expect(await readCursor(path)).toBeUndefined()
  await (await openCursor(path, 7)).advance(7)
  expect(await readCursor(path)).toBe(7)
  expect((await openCursor(path, 12)).next).toBe(7)
  expect(await readdir(join(path, '..'))).toEqual(['store.json'])
})

test('a cursor never goes back', async () => {
  const cursor = await openCursor(await cursorFile(), 7)
  await expect(cursor.advance(6)).rejects.toThrow('BUG: cursor would go back from 7 to 6')
  expect(cursor.next).toBe(7)
})

test('a cursor that could not be written stays where it was', async () => {
  const path = await cursorFile()
  const cursor = await openCursor(path, 7)
  await rm(join(path, '..'), { recursive: true })
  await expect(cursor.advance(8)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(cursor.next).toBe(7)
})

test.each(['{"next":-1}', '{"next":1.5}', '{"next":"8"}', '{}', '{"next":1e300}'])('%s is not taken for a place in the journal', async (content) => {
  const path = await cursorFile()
  await writeFile(path, content)
  await expect(openCursor(path, 0)).rejects.toThrow('does not hold an index')
})
