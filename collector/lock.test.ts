import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { utimesSync } from 'node:fs'
import { readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { directoryForTest } from '../test/support/directory.ts'
import { eventually } from '../test/support/eventually.ts'
import { DirectoryInUse, lockDirectory } from './lock.ts'
import type { ChildProcess } from 'node:child_process'

/** Another process, which locks the directories that it is told and says how that went. It keeps its locks until it ends. */
interface OtherProcess { readonly child: ChildProcess; readonly lock: (directory: string) => Promise<string> }

function otherProcess(): OtherProcess {
  const program = `
    import { createInterface } from 'node:readline'
    import { lockDirectory } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}
    createInterface(process.stdin).on('line', (directory) => {
      lockDirectory(directory).then(() => { console.log('locked') }, (error) => { console.log(error.constructor.name + ': ' + error.message) })
    })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => { child.kill('SIGKILL') })
  const answers = createInterface(child.stdout)
  return {
    child,
    async lock(directory) {
      child.stdin.write(`${directory}\n`)
      const [answer] = await once(answers, 'line') as [string]
      return answer
    },
  }
}

test('a second process is refused, and told who has the directory and what to do', async () => {
  const directory = await directoryForTest()
  const unlock = await lockDirectory(directory)
  const other = otherProcess()
  expect(await other.lock(directory)).toBe(`DirectoryInUse: ${directory} is in use by process ${process.pid}: stop it first, or use --url to talk to it`)
  await unlock()
  expect(await other.lock(directory)).toBe('locked')
})

test('the lock of a process that was killed is taken over, that of a living one is not', async () => {
  const directory = await directoryForTest()
  const { child, lock } = otherProcess()
  expect(await lock(directory)).toBe('locked')
  await expect(lockDirectory(directory)).rejects.toThrow(DirectoryInUse)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const unlock = await lockDirectory(directory)
  expect(await readFile(join(directory, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  await unlock()
  expect(await readdir(directory)).toEqual([])
})

test('of many that find a stale lock at the same time, one gets it', async () => {
  const processes = Array.from({ length: 5 }, otherProcess)
  await Promise.all(processes.map(async ({ lock }) => lock(await directoryForTest()))) // all of them are up
  for (let round = 0; round < 15; round += 1) {
    const directory = await directoryForTest()
    await writeFile(join(directory, 'lock'), '999999999 5\n')
    const answers = await Promise.all(processes.map(({ lock }) => lock(directory)))
    expect(answers.filter((answer) => answer === 'locked')).toHaveLength(1)
    expect(answers.filter((answer) => answer.startsWith('DirectoryInUse'))).toHaveLength(processes.length - 1)
    expect(await readdir(directory)).toEqual(['lock'])
  }
})

test('a process that was killed while it took over a stale lock is no obstacle', async () => {
  const directory = await directoryForTest()
  const stale = '999999999 5\n'
  await writeFile(join(directory, 'lock'), stale)
  await writeFile(join(directory, `lock.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`), '999999998 5\n')
  const unlock = await lockDirectory(directory)
  expect(await readdir(directory)).toEqual(['lock'])
  await unlock()
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

describe('a holder that we cannot see, such as one in another container', () => {
  const elsewhere = '17 5 web-1 another-boot pid:[1]\n'

  test('keeps its lock while it touches it, and the refusal names its machine', async () => {
    const directory = await directoryForTest()
    const path = join(directory, 'lock')
    await writeFile(path, elsewhere)
    let beats = 0
    const heart = setInterval(() => { beats += 1; utimesSync(path, beats, beats) }, 5)
    onTestFinished(() => { clearInterval(heart) })
    await expect(lockDirectory(directory, { watchMs: 10_000 })).rejects.toThrow(`${directory} is in use by process 17 on web-1, another machine or container: stop it first`)
    expect(await readFile(path, 'utf8')).toBe(elsewhere)
  })

  test('has lost it when it does not, however old or young the file claims to be', async () => {
    for (const time of [0, Date.now() / 1000 + 1e6]) {
      const directory = await directoryForTest()
      await writeFile(join(directory, 'lock'), elsewhere)
      await utimes(join(directory, 'lock'), time, time)
      const unlock = await lockDirectory(directory, { watchMs: 40 })
      await expect(lockDirectory(directory)).rejects.toThrow(DirectoryInUse)
      await unlock()
    }
  })

  test('is not taken for a process here that has the same id', async () => {
    const directory = await directoryForTest()
    await writeFile(join(directory, 'lock'), `${process.pid} 5 web-1 another-boot pid:[1]\n`)
    await (await lockDirectory(directory, { watchMs: 40 }))()
  })
})

test('a holder touches its lock', async () => {
  const directory = await directoryForTest()
  const unlock = await lockDirectory(directory, { heartbeatMs: 2 })
  await utimes(join(directory, 'lock'), 1, 1)
  await eventually('the lock is touched', async () => (await stat(join(directory, 'lock'))).mtimeMs > 1000)
  await unlock()
})

test('a holder whose lock was taken over is told once, and leaves the lock of the other alone', async () => {
  const directory = await directoryForTest()
  let lost = 0
  const unlock = await lockDirectory(directory, { heartbeatMs: 2, onLost: () => { lost += 1 } })
  await writeFile(join(directory, 'lock'), '17 5 web-1 another-boot pid:[1]\n')
  await eventually('the loss is noticed', () => lost > 0)
  await unlock()
  expect(lost).toBe(1)
  expect(await readFile(join(directory, 'lock'), 'utf8')).toContain('web-1')
})
