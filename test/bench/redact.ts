// What it costs to take the secrets out of one record and to fingerprint it, on one core, beside packages that redact the
// same input. See README.md for what each figure means.

import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  builtinRules, createFingerprint, createPayloadRedactor, createRedact, decodeRequest, encodeRequest, fingerprintKey, normalise, toPlain,
} from '@blotter/processors'
import fastRedact from 'fast-redact'
import { recordOf } from './support/encode.ts'
import { events } from './support/events.ts'
import { fail, readOptions } from './support/options.ts'
import { figure, machine, machineLine, median, progress, quantile, table } from './support/report.ts'

const help = `Microseconds for the redaction and the fingerprint of one record of about 1 KB with 20 attributes, on one core.

  node --conditions=@blotter/source test/bench/redact.ts

  --records N   different records. Default 1000
  --rounds N    times that each is measured, in turn; the median counts. Default 9
  --peers DIR   where @redactpii/node, @openredaction/core, @logtape/redaction and pino are installed: npm install --prefix DIR …
                Without it, only Blotter and fast-redact are measured.
  --json        figures for a program
`

const options = readOptions(help, ['records', 'rounds', 'peers'])
const count = options.number('records', 1000)
const rounds = options.number('rounds', 9)

const source = events({ seed: 11, startMs: Date.UTC(2026, 10, 24), gapMs: 50 })
/** Decoded, as the collector has them: strings that were glued together in this process are read in another way. */
const records = decodeRequest(JSON.parse(encodeRequest(Array.from({ length: count }, () => recordOf(source.next().value)))))
  .map((record) => normalise(record, '', 1n))
/** What the others are given: the parts of the record in which ours looks for secrets. */
const texts = records.map(({ eventName, body, attributes, resource }) => JSON.stringify(toPlain({ eventName, body, attributes, resource })))

interface Subject {
  readonly name: string
  readonly run: (number: number) => unknown
}

const key = fingerprintKey('e1', randomBytes(32))
const redact = createRedact({ personalKeys: true })
const redactor = createPayloadRedactor({ personalKeys: true })
const fingerprint = createFingerprint({ keyOf: () => key, redactorOf: () => redactor })
const redacted = records.map((record) => redact.process(record))

const ours: readonly Subject[] = [
  { name: 'redact and fingerprint', run: (number) => fingerprint.process(redact.process(records[number]!), records[number]!) },
  { name: 'redact', run: (number) => redact.process(records[number]!) },
  { name: 'fingerprint', run: (number) => fingerprint.process(redacted[number]!, records[number]!) },
]

/** What a logger is usually told to hide: it looks nowhere else. */
const paths = ['attributes["http.request.header.authorization"]', 'attributes["http.request.header.cookie"]', 'body.password', 'body.apiKey', 'body.token', 'body.*.password', 'body.*.apiKey', 'body.*.token', 'body.lines[*].token']
const bundled: readonly Subject[] = [
  withFreshObjects('fast-redact, nine paths', fastRedact({ paths, serialize: false, strict: false }) as (value: object) => unknown),
]

/** Objects are made ahead, and anew for each round: some packages write into what they are given. */
function withFreshObjects(name: string, run: (value: object) => unknown): Subject {
  let objects: object[] = []
  return {
    name,
    run(number) {
      if (number === 0 || objects.length === 0) objects = texts.map((text) => JSON.parse(text) as object)
      return run(objects[number]!)
    },
  }
}

type Any = any // eslint-disable-line -- packages that are not installed have no types

async function peersIn(directory: string): Promise<Subject[]> {
  const require = createRequire(join(resolve(directory), 'none.js'))
  const load = async (name: string): Promise<Any> => import(pathToFileURL(require.resolve(name)).href).catch(() => fail(`${name} is not in ${directory}`)) as Promise<Any>
  const [redactpii, openredaction, logtape, pinojs] = await Promise.all(['@redactpii/node', '@openredaction/core', '@logtape/redaction', '@pinojs/redact'].map(load))
  const redactpiiRedactor = new redactpii.Redactor()
  const openredactionShield = new openredaction.OpenRedaction()
  const patterns = [logtape.EMAIL_ADDRESS_PATTERN, logtape.CREDIT_CARD_NUMBER_PATTERN, logtape.US_SSN_PATTERN, logtape.JWT_PATTERN]
  const format = logtape.redactByPattern((record: { properties: object }) => JSON.stringify(record.properties), patterns)
  const logtapeSink = logtape.redactByField((record: { properties: object }) => format(record))
  return [
    withFreshObjects('@redactpii/node', (value) => redactpiiRedactor.redactObject(value)),
    { name: '@openredaction/core', run: (number) => openredactionShield.detect(texts[number]!) },
    withFreshObjects('@logtape/redaction', (properties) => logtapeSink({ category: [], level: 'info', message: [], rawMessage: '', timestamp: 0, properties })),
    withFreshObjects('pino (@pinojs/redact), nine paths', (pinojs.default ?? pinojs)({ paths, serialize: false, strict: false })),
  ]
}

const subjects = [...ours, ...bundled, ...(options.text('peers') === undefined ? [] : await peersIn(options.text('peers')!))]

/** The system counts a thread's time in ticks of up to 10 ms: what is shorter than this is repeated, what is longer is cut short. */
const leastMicros = 100_000

/** This thread's time alone. */
async function microseconds({ run }: Subject): Promise<number> {
  run(0) // makes what is made ahead
  let done = 0
  const before = process.threadCpuUsage()
  for (;;) {
    const pending: unknown[] = []
    for (let n = 0; n < 100; n += 1) pending.push(run((done + n) % count || 1))
    done += 100
    await Promise.all(pending)
    const { user, system } = process.threadCpuUsage(before)
    if (user + system >= leastMicros) return (user + system) / done
  }
}

const warmUpRounds = 4
const samples = subjects.map((): number[] => [])
for (let round = -warmUpRounds; round < rounds; round += 1) {
  progress(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`)
  for (const [i, subject] of subjects.entries()) {
    const sample = await microseconds(subject)
    if (round >= 0) samples[i]!.push(sample)
  }
}
progress('')

const base = median(samples[0]!)
const results = subjects.map(({ name }, i) => ({ name, medianMicros: median(samples[i]!), bestMicros: quantile(samples[i]!, 0), timesOurs: median(samples[i]!) / base }))
const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / count
const attributes = records.reduce((sum, record) => sum + Object.keys(record.attributes).length, 0) / count
if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), bytes, attributes, rules: builtinRules.length, results }, null, 2)}\n`)
else {
  process.stdout.write(`${machineLine()}One record: ${figure(bytes)} bytes as plain JSON, ${figure(attributes)} attributes; ${figure(builtinRules.length)} detector rules\n\n`)
  process.stdout.write(table(['', 'µs/record', 'best', '× redact and fingerprint'], results.map(({ name, medianMicros, bestMicros, timesOurs }) => [name, figure(medianMicros), figure(bestMicros), figure(timesOurs)])))
}
