import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { affordableConnections, openFileLimit, reservedHandles } from './handles.ts'

test('connections leave handles for the journal and the store', () => {
  expect(affordableConnections(4096, 1024)).toBe(1024 - reservedHandles)
  expect(affordableConnections(4096, 20_000)).toBe(4096)
  expect(affordableConnections(4096, 100)).toBe(16) // too few to work with, and still not none
  expect(affordableConnections(4096, undefined)).toBe(4096)
})

test('the limit is the soft one; where it is not told, or is none, there is none', async () => {
  const file = join(await directoryForTest(), 'limits')
  await writeFile(file, 'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 524288               files     \n')
  expect(await openFileLimit(file)).toBe(1024)
  await writeFile(file, 'Max open files            unlimited            unlimited            files     \n')
  expect(await openFileLimit(file)).toBeUndefined()
  expect(await openFileLimit('/nowhere')).toBeUndefined()
})
