import { expect, test } from 'vitest'
import { createAdmission } from './admission.ts'

const never = new AbortController().signal

test('so many run, the others wait in order, and each place is handed on once', async () => {
  const admission = createAdmission({ concurrent: 2, mostWaiting: 10 })
  const leaves = [await admission.enter('a', never), await admission.enter('a', never)]
  const entered: number[] = []
  const waiting = [1, 2, 3].map(async (i) => { const leave = await admission.enter('a', never); entered.push(i); return leave })
  await Promise.resolve()
  expect(entered).toEqual([])
  leaves[0]!()
  leaves[0]!() // twice is once
  ;(await waiting[0]!)
  expect(entered).toEqual([1])
  leaves[1]!()
  await waiting[1]!
  expect(entered).toEqual([1, 2])
})

test('a workspace that is full keeps no other waiting', async () => {
  const admission = createAdmission({ concurrent: 1, mostWaiting: 0 })
  await admission.enter('a', never)
  await expect(admission.enter('a', never)).rejects.toMatchObject({ status: 429 })
  await admission.enter('b', never)
})

test('who stops waiting gives up the place in the queue', async () => {
  const admission = createAdmission({ concurrent: 1, mostWaiting: 1 })
  const leave = await admission.enter('a', never)
  const stop = new AbortController()
  const given = admission.enter('a', stop.signal)
  stop.abort(new Error('gone'))
  await expect(given).rejects.toThrow('gone')
  const next = admission.enter('a', never)
  leave()
  ;(await next)()
  ;(await admission.enter('a', never))()
})
