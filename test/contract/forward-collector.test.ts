// Destinations as part of the running collector: what each of them does to the others, to those who send, and to an
// operator who looks.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { encodeRequest, text } from '@blotter/processors'
import { command, renderStatus } from '../../collector/command/forward.ts'
import { parseFilter } from '../../collector/forward/filter.ts'
import { Secret } from '../../collector/forward/secret.ts'
import { sampleRecord } from '../support/arbitrary.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import { openSink } from '../support/sink.ts'
import type { LetterView } from '../../collector/forward/api.ts'
import type { ForwardStatus } from '../../collector/forward/progress.ts'
import type { Replayed } from '../../collector/forward/replay.ts'
import type { RunningCollector } from '../support/running.ts'
import type { Sink, SinkRequest } from '../support/sink.ts'

const token = 'hunter2-is-no-token-of-ours'
const environment = 'production'

let collector: RunningCollector
let [healthy, hung, picky, closed]: Sink[] = []
let admin = ''
let ingest = ''

beforeAll(async () => {
  [healthy, hung, picky, closed] = await Promise.all([openSink(), openSink(), openSink(), openSink()])
  hung!.answerWith(() => 'silence')
  picky!.answerWith((request) => ({ status: ids(request).includes('poison') ? 422 : 200 }))
  closed!.answerWith(() => ({ status: 401 }))
  const headers = { Authorization: Secret.of(`Bearer ${token}`) }
  collector = await runCollector({ forward: [
    { name: 'healthy', url: healthy!.url, headers, filter: parseFilter({ outcome: 'success' }) },
    { name: 'hung', url: hung!.url, headers, timeoutMs: 60_000 },
    { name: 'picky', url: picky!.url, headers },
    { name: 'closed', url: closed!.url, headers },
  ] })
  admin = await collector.key('shop', environment, ['admin', 'read'])
  ingest = await collector.key('shop', environment, ['ingest'])
  await known(admin)
  await known(ingest)
})
afterAll(async () => {
  await collector.remove()
  await Promise.all([healthy, hung, picky, closed].map((sink) => sink!.close()))
})

const ids = ({ records }: Pick<SinkRequest, 'records'>): string[] => records.map(({ attributes }) => text(attributes, 'audit.record.id'))
const got = (sink: Sink | undefined): string[] => sink!.requests.flatMap(ids)

async function send(key: string, ...records: readonly [string, string?][]): Promise<number> {
  const body = encodeRequest(records.map(([id, outcome = 'success']) => sampleRecord({ timeUnixNano: BigInt(Date.now()) * 1_000_000n }, { 'audit.record.id': id, 'audit.outcome': outcome })))
  return (await fetch(`${collector.url}/v1/audit`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` } })).status
}

const ask = (path: string, key = admin, method = 'GET'): Promise<Response> => fetch(`${collector.url}${path}`, { method, headers: { Authorization: `Bearer ${key}` } })
/** A running collector sees new keys a moment later. */
const known = (key: string): Promise<true> => eventually('it knows the key', async () => (await ask('/v1/forward', key)).status !== 401)
const statuses = async (): Promise<ForwardStatus[]> => (await (await ask('/v1/forward')).json() as { destinations: ForwardStatus[] }).destinations
const statusOf = async (name: string): Promise<ForwardStatus> => (await statuses()).find(({ destination }) => destination === name)!
const letters = async (key = admin): Promise<LetterView[]> => (await (await ask('/v1/forward/picky/dead-letters', key)).json() as { letters: LetterView[] }).letters

async function blotter(...words: string[]): Promise<{ code: number; output: string }> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const code = await command.run([...words, '--url', collector.url, '--key', admin])
    return { code, output: stripVTControlCharacters(write.mock.calls.map(([text]) => String(text)).join('')) }
  } finally {
    write.mockRestore()
  }
}

describe('four destinations: one healthy, one hung, one that refuses a record, one that refuses us', () => {
  test('one that hangs delays neither those who send nor the others', async () => {
    expect(await send(ingest, ['first'])).toBe(200)
    await eventually('the hung one has a request', () => hung!.requests.length > 0)
    for (let i = 0; i < 5; i += 1) expect(await send(ingest, [`later-${i}`])).toBe(200)
    await eventually('the healthy one has them all', () => got(healthy).includes('later-4'))
    expect(await statusOf('hung')).toMatchObject({ delivered: 0, problem: null })
    expect((await statusOf('hung')).queued).toBeGreaterThanOrEqual(6)
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
  })

  test('a record that is refused becomes a dead letter, and the rest arrives', async () => {
    expect(await send(ingest, ['before'], ['poison'], ['after', 'failure'])).toBe(200)
    await eventually('a dead letter', async () => (await statusOf('picky')).deadLetters === 1)
    await eventually('the rest', () => got(picky).includes('after'))
    expect(await letters()).toMatchObject([{ reason: 'status_422', recordId: 'poison', event: 'payment.refund', record: { eventName: 'payment.refund' } }])
    expect(await readFile(join(collector.data, 'forward', 'picky', 'dead-letter.ndjson'), 'utf8')).toContain('"reason":"status_422"')
  })

  test('one that refuses us is told to an operator: in the status, the metrics and the log; and no record is given up', async () => {
    await eventually('it waits', async () => (await statusOf('closed')).problem !== null)
    expect(await statusOf('closed')).toMatchObject({ lastError: { code: 'status_401' }, deadLetters: 0, delivered: 0 })
    expect(renderStatus(await statuses())).toMatch(/closed.* waits for you \(status_401\): it does not accept our credentials/)
    expect(await collector.metric('blotter_forward_blocked', 'destination="closed"')).toBe(1)
    expect(await collector.metric('blotter_forward_blocked', 'destination="healthy"')).toBe(0)
    expect(collector.logged()).toContain('a destination needs an operator')
  })

  test('a filter lets through what it should, and every record is accounted for at each', async () => {
    await eventually('the healthy one is done', async () => (await statusOf('healthy')).queued === 0)
    expect(got(healthy)).not.toContain('after')
    for (const name of ['healthy', 'hung', 'picky', 'closed']) {
      await eventually(`${name} adds up`, async () => { // a record about a look may arrive between two numbers
        const counted = await Promise.all(['forwarded', 'filtered', 'dead_lettered'].map((counter) => collector.metric(`blotter_records_${counter}_total`, `destination="${name}"`)))
        const { queued } = await statusOf(name)
        return counted.reduce((sum, count) => sum + count, queued) === collector.service.journal.durableIndex
      })
    }
  })

  test('a dead letter is sent again, leaves the file, and both look and replay are records', async () => {
    const [{ leaf }] = await letters() as [LetterView]
    picky!.answerWith(() => ({ status: 200 }))
    expect(await (await ask(`/v1/forward/picky/replay?leaf=${leaf}`, admin, 'POST')).json()).toEqual({ delivered: 1, refused: 0, remaining: 0, more: false, last: leaf })
    expect(await letters()).toEqual([])
    expect(await collector.service.catchUp(10_000)).toBe(true)
    const noted = (await collector.timeline('target=picky', admin)).map(({ event }) => event)
    expect(noted).toContain('blotter.forward.inspected')
    expect(noted).toContain('blotter.forward.replayed')
  })

  test('the command shows them, and sends again what it is told to', async () => {
    picky!.answerWith((request) => ({ status: ids(request).some((id) => id.startsWith('sick-')) ? 400 : 200 }))
    await send(ingest, ['sick-0'], ['sick-1'])
    await eventually('two dead letters', async () => (await statusOf('picky')).deadLetters === 2)
    const [first, second] = await letters() as [LetterView, LetterView]
    expect(await blotter('status')).toMatchObject({ code: 1, output: expect.stringMatching(/DESTINATION +TO +DELIVERED[^]*picky[^]*closed waits for you/) as string })
    expect(await blotter('dead-letters', 'picky', '--limit', '1')).toMatchObject({ code: 0, output: expect.stringMatching(/LEAF +SINCE +REASON +EVENT +RECORD\n\d+ .* status_400 +payment.refund +sick-0\n\nThere are more: --after \d+\n$/) as string })
    expect(await blotter('replay', 'picky')).toEqual({ code: 1, output: '0 delivered, 2 refused again, 2 remaining.\n' })
    picky!.answerWith(() => ({ status: 200 }))
    expect(await blotter('replay', 'picky', '--id', String(second.leaf))).toEqual({ code: 1, output: '1 delivered, 0 refused again, 1 remaining.\n' })
    expect((await letters()).map(({ leaf }) => leaf)).toEqual([first.leaf])
    expect(await blotter('replay', 'picky')).toEqual({ code: 0, output: '1 delivered, 0 refused again, 0 remaining.\n' })
    expect(await blotter('dead-letters', 'picky')).toEqual({ code: 0, output: 'There are no dead letters.\n' })
    await expect(blotter('replay', 'picky', '--id', 'x')).rejects.toThrow('--id takes leaves')
    await expect(blotter('replay', 'nowhere')).rejects.toThrow(/one of: healthy, hung, picky, closed/)
  })

  test('only administrators may look or replay, and of other workspaces they see no record', async () => {
    const stranger = await collector.key('other', environment, ['admin'])
    await known(stranger)
    for (const [path, method] of [['/v1/forward', 'GET'], ['/v1/forward/picky/dead-letters', 'GET'], ['/v1/forward/picky/replay', 'POST']] as const) expect((await ask(path, ingest, method)).status).toBe(403)
    picky!.answerWith((request) => ({ status: ids(request).includes('secret-record') ? 400 : 200 }))
    await send(ingest, ['secret-record'])
    await eventually('a dead letter', async () => (await statusOf('picky')).deadLetters === 1)
    const [seen] = await letters(stranger)
    expect(seen).toMatchObject({ reason: 'status_400' })
    expect(seen).not.toHaveProperty('record')
    expect(JSON.stringify(seen)).not.toContain('secret-record')
  })

  test.each([['/v1/forward/nowhere/dead-letters', 'GET', 404], ['/v1/forward/picky/replay?leaf=-1', 'POST', 400], ['/v1/forward/picky/dead-letters?limit=x', 'GET', 400]])('%s by %s is %i', async (path, method, status) => {
    expect((await ask(path, admin, method)).status).toBe(status)
  })

  test('a restart goes on where each of them was, and keeps the letters', async () => {
    hung!.answerWith(() => ({ status: 200 }))
    await collector.restart()
    expect((await statusOf('picky')).deadLetters).toBe(1)
    await eventually('the hung one catches up', () => got(hung).includes('secret-record'))
    expect(new Set(got(hung).filter((id) => id.startsWith('later-'))).size).toBe(5)
    const replayed = await (await ask('/v1/forward/picky/replay', admin, 'POST')).json() as Replayed
    expect(replayed).toMatchObject({ delivered: 0, refused: 1, remaining: 1 })
  })

  test('no credential of a destination is in a log line, a metric, an answer or a file', async () => {
    const written = [collector.logged(), await collector.metrics(), JSON.stringify(await statuses()), JSON.stringify(collector.service.config)]
    expect(healthy!.requests[0]!.headers.authorization).toBe(`Bearer ${token}`)
    for (const output of written) expect(output).not.toContain(token)
  })
})
