import { chmod, mkdir, readFile, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../test/support/directory.ts'
import { removeTemporary, withFileLock, writeDurable } from './durable.ts'

test('a file is written whole, replaced whole, and leaves nothing beside it', async () => {
  const directory = await directoryForTest()
  const path = join(directory, 'file')
  await writeDurable(path, 'first and rather long')
  await writeDurable(path, 'second')
  expect(await readFile(path, 'utf8')).toBe('second')
  expect(await readdir(directory)).toEqual(['file'])
})

test('what we keep is nobody else’s to read', async () => {
  const path = join(await directoryForTest(), 'file')
  await writeDurable(path, 'secret')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await chmod(path, 0o644)
  await writeDurable(path, 'secret again')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a file that cannot be replaced stays as it was', async () => {
  const directory = await directoryForTest()
  await mkdir(join(directory, 'taken'))
  await writeFile(join(directory, 'taken', 'inside'), 'x')
  await expect(writeDurable(join(directory, 'taken'), 'new')).rejects.toMatchObject({ syscall: 'rename' })
  expect(await readdir(join(directory, 'taken'))).toEqual(['inside'])
  expect(await readdir(directory)).toEqual(['taken'])
})

test('a link is replaced, and what it points to is left alone', async () => {
  const directory = await directoryForTest()
  await writeFile(join(directory, 'elsewhere'), 'theirs')
  await symlink(join(directory, 'elsewhere'), join(directory, 'file'))
  await writeDurable(join(directory, 'file'), 'ours')
  expect(await readFile(join(directory, 'elsewhere'), 'utf8')).toBe('theirs')
})

test('many writers at once leave the whole of what one of them wrote', async () => {
  const directory = await directoryForTest()
  const path = join(directory, 'file')
  const texts = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(10_000))
  await Promise.all(texts.map((text) => writeDurable(path, text)))
  expect(texts).toContain(await readFile(path, 'utf8'))
  expect(await readdir(directory)).toEqual(['file'])
})

test('who reads a file and writes it back under its lock loses nobody’s change', async () => {
  const path = join(await directoryForTest(), 'count')
  await writeDurable(path, '0')
  await Promise.all(Array.from({ length: 10 }, () => withFileLock(path, async () => {
    await writeDurable(path, String(Number(await readFile(path, 'utf8')) + 1))
  })))
  expect(await readFile(path, 'utf8')).toBe('10')
})

test('a lock is given back when the work under it fails, and taken when a crash left it behind', async () => {
  const path = join(await directoryForTest(), 'file')
  await expect(withFileLock(path, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  await writeFile(`${path}.lock`, '')
  await utimes(`${path}.lock`, new Date(0), new Date(0))
  expect(await withFileLock(path, () => Promise.resolve('done'))).toBe('done')
  await expect(stat(`${path}.lock`)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('what a crash left beside a file is removed, and nothing else; a young one only when all may go', async () => {
  const directory = await directoryForTest()
  for (const name of ['a.json', 'a.json.1.tmp', 'b.tmp']) await writeFile(join(directory, name), 'x')
  await mkdir(join(directory, 'folder.tmp'))
  await utimes(join(directory, 'b.tmp'), 1, 1)
  await removeTemporary(directory, 3_600_000)
  expect((await readdir(directory)).sort()).toEqual(['a.json', 'a.json.1.tmp', 'folder.tmp'])
  await removeTemporary(directory)
  expect((await readdir(directory)).sort()).toEqual(['a.json', 'folder.tmp'])
  await removeTemporary(join(directory, 'not there'))
})
