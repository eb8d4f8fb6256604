import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { BlotterError } from './errors.ts'
import { createLog, describeError } from './log.ts'

const secret = 'sk_live_what_was_sent'

class DriverError extends Error {
  override readonly name = 'DriverError'
  readonly code: string | number
  constructor(code: string | number, options?: ErrorOptions) {
    super(`cannot parse ${secret}`, options)
    this.code = code
  }
}

test('of an error only its class, its code and those of its cause are told', () => {
  expect(describeError(new DriverError('ECONNRESET'))).toEqual({ error: 'DriverError', code: 'ECONNRESET' })
  expect(describeError(new DriverError(62, { cause: new DriverError('EPIPE') }))).toEqual({ error: 'DriverError', code: '62', cause: 'DriverError:EPIPE' })
  expect(describeError(new Error(secret, { cause: new Error(secret) }))).toEqual({ error: 'Error', cause: 'Error' })
  expect(describeError(new BlotterError('JOURNAL_FAILED', { cause: new DriverError('EIO') }))).toEqual({ error: 'Error', code: 'JOURNAL_FAILED', cause: 'DriverError:EIO' })
})

test.each([
  ['an error', new Error(secret)],
  ['an error in an error', new Error(secret, { cause: new Error(secret, { cause: new DriverError('X') }) })],
  ['many errors', new AggregateError([new Error(secret)], secret)],
  ['text', secret],
  ['an object', { message: secret, [secret]: secret }],
  ['an error whose code is an object', Object.assign(new Error(secret), { code: { secret } })],
  ['a parse error', (() => { try { return JSON.parse(`{"a": ${secret}}`) as unknown } catch (error) { return error } })()],
  ['nothing', undefined],
])('%s is described without its words', (_, error) => {
  const described = describeError(error)
  expect(JSON.stringify(described)).not.toContain(secret)
  expect(typeof described['error']).toBe('string')
})

function lines(isTTY?: true): { readonly log: ReturnType<typeof createLog>; readonly written: string[] } {
  const written: string[] = []
  const stream = new Writable({ write(chunk: Buffer, _, done) { written.push(chunk.toString()); done() } })
  const log = createLog(isTTY === undefined ? stream : Object.assign(stream, { isTTY }), () => new Date('2026-11-24T06:10:34.123Z'))
  return { log, written }
}

test('piped, a line is one JSON object', () => {
  const { log, written } = lines()
  log.info('stopping', { signal: 'SIGTERM' })
  log.warn('line\nbreaks stay inside', { absent: undefined })
  expect(written).toEqual([
    '{"time":"2026-11-24T06:10:34.123Z","level":"info","event":"stopping","signal":"SIGTERM"}\n',
    '{"time":"2026-11-24T06:10:34.123Z","level":"warn","event":"line\\nbreaks stay inside"}\n',
  ])
})

test('in a terminal, a line is for people', () => {
  const { log, written } = lines(true)
  log.error('request failed', { path: '/v1/logs', absent: undefined })
  expect(written.map(stripVTControlCharacters)).toEqual(['06:10:34.123 error request failed path=/v1/logs\n'])
})
