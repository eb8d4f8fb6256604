import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { directoryForTest } from '../test/support/directory.ts'
import { DirectoryInUse, lockDirectory } from './lock.ts'
import type { ChildProcess } from 'node:child_process'

/** Another process that locks the directory, says how that went, and keeps the lock until it ends. */
async function otherProcess(directory: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const program = `
    import { lockDirectory } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}
    await lockDirectory(process.argv[1]).then(() => { console.log('locked'); setInterval(() => {}, 1000) }, (error) => { console.log(error.constructor.name + ': ' + error.message) })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => { child.kill('SIGKILL') })
  const [said] = await once(child.stdout, 'data') as [Buffer]
  return { child, said: said.toString().trim() }
}

test('a second process is refused, and told who has the directory and what to do', async () => {
  const directory = await directoryForTest()
  const unlock = await lockDirectory(directory)
  const { said } = await otherProcess(directory)
  expect(said).toBe(`DirectoryInUse: ${directory} is in use by process ${process.pid}: stop it first, or use --url to talk to it`)
  await unlock()
  expect((await otherProcess(directory)).said).toBe('locked')
})

test('the lock of a process that was killed is taken over, that of a living one is not', async () => {
  const directory = await directoryForTest()
  const { child, said } = await otherProcess(directory)
  expect(said).toBe('locked')
  await expect(lockDirectory(directory)).rejects.toThrow(DirectoryInUse)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const unlock = await lockDirectory(directory)
  expect(await readFile(join(directory, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  await unlock()
  expect(await readdir(directory)).toEqual([])
})

test('one process locks a directory once', async () => {
  const directory = await directoryForTest()
  const unlock = await lockDirectory(directory)
  await expect(lockDirectory(directory)).rejects.toThrow(`is in use by process ${process.pid}`)
  await unlock()
  await (await lockDirectory(directory))()
})

test('another process that got the id of a dead one does not keep its lock alive', async () => {
  const directory = await directoryForTest()
  await writeFile(join(directory, 'lock'), `${process.ppid} 1\n`) // our parent lives, but did not start at tick 1
  await (await lockDirectory(directory))()
})

test.each(['', 'not a process', '0'.repeat(20), '999999999 5'])('a lock that says %j is nobody’s', async (content) => {
  const directory = await directoryForTest()
  await writeFile(join(directory, 'lock'), content)
  await (await lockDirectory(directory))()
})

test('a refused attempt leaves the lock and nothing else', async () => {
  const directory = await directoryForTest()
  const unlock = await lockDirectory(directory)
  await expect(lockDirectory(directory)).rejects.toThrow()
  expect(await readdir(directory)).toEqual(['lock'])
  await unlock()
})
