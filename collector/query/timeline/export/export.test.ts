import { expect, test } from 'vitest'
import { emptyAnswer, hostile, hostileAnswer, incident, recordView } from '../testing/answers.ts'
import { customerFields, exportFileName, exporters } from './index.ts'
import { parseCsv } from './testing/parse-csv.ts'
import type { ExportOptions } from './index.ts'
import type { TimelineAnswer } from '../answer.ts'

const written = (format: string, answer: TimelineAnswer = incident, options?: ExportOptions): string => [...exporters[format]!.write(answer, options)].join('')
const lines = (format: string, answer?: TimelineAnswer): Record<string, any>[] => written(format, answer).trim().split('\n').filter((text) => text !== '').map((text) => JSON.parse(text) as Record<string, unknown>)

test('JSON is the whole answer', () => {
  expect(JSON.parse(written('json'))).toEqual(incident)
  expect(JSON.parse(written('json', emptyAnswer))).toEqual(emptyAnswer)
})

test('NDJSON holds records and gaps in order of time, and last everything else', () => {
  const [, second, gap] = lines('ndjson')
  expect(lines('ndjson').map(({ kind }) => kind)).toEqual(['record', 'record', 'gap', 'record', 'record', 'record', 'summary'])
  expect([second!['id'], gap!['gap'].integration]).toEqual(['rec-2', 'stripe'])
  expect(lines('ndjson').at(-1)).toMatchObject({ shown: 5, truncated: false, milestones: incident.milestones, notFollowed: incident.notFollowed })
})

test('CSV is read back as it was meant, with gaps and with a note about what is missing', () => {
  const [head, ...rows] = parseCsv(written('csv'))
  const cells = rows.map((row) => Object.fromEntries(head!.map((name, i) => [name, row[i]])))
  expect(cells.map(({ kind }) => kind)).toEqual(['record', 'record', 'gap', 'record', 'record', 'record', 'note'])
  expect(cells[1]).toMatchObject({ actor: 'retry-automation', outcome: 'failure', folded: '4', milestones: 'first failure', found_by: 'same delivery', occurred_at: '2026-11-24T06:10:02.123456789Z' })
  expect(cells[3]).toMatchObject({ outcome: 'denied' })
  expect(cells.at(-1)!['reason']).toBe('A fingerprint that 4000 records share was not followed.')
})

test.each(['csv', 'timesketch'])('no cell of %s is a formula, whatever a sender wrote, and each row has every column', (format) => {
  const starts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '\uff1d1', hostile]
  const answer = { ...emptyAnswer, records: starts.map((reason, i) => recordView(i, { reason, integration: reason, actor: { id: reason, type: reason } })) }
  const [head, ...rows] = parseCsv(written(format, answer))
  expect(rows).toHaveLength(starts.length)
  for (const row of rows) {
    expect(row).toHaveLength(head!.length)
    for (const cell of row) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d]/)
  }
})

test('what a sender wrote is text in Markdown: no table cell, tag, link, image, mention or code of its own', () => {
  for (const format of ['markdown', 'customer']) {
    const text = written(format, hostileAnswer, { share: [hostile], fields: [...customerFields] })
    expect(text).not.toMatch(/<script|<[a-z]/i)
    expect(text).not.toMatch(/(?<!\\)\[x|(?<!\\)!|(?<!\\)`code|@team|https:\/\/|\]\(/)
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    const table = text.split('\n').filter((row) => row.startsWith('|'))
    expect(new Set(table.map((row) => row.replaceAll('\\|', '').split('|').length)).size).toBe(1)
  }
})

test('Markdown for a review tells milestones, who did what, clocks, and what is not known', () => {
  const text = written('markdown', incident, { parameters: ['request_id'] })
  expect(text).toContain('- Asked by request\\_id')
  expect(text).toContain('- **first success after it** 2026-11-24 06:10:22.123, 20 s after the first failure')
  expect(text).toContain('| 2026-11-24 06:10:03.000 | stripe | *17 min without a record, usually every 2 min* |')
  expect(text).toContain('failure #1 (×5 until 06:10:14.123) **← first failure** | no answer within 400 ms · TimeoutError | same delivery |')
  expect(text).toContain('- **maria&#64;example.com** (user): UPDATE credential \\(vault\\): 1 success')
  expect(text).toContain('The clock of crm is about 2.5 s behind payments (± 120 ms, 7 pairs)')
  expect(text).toContain('- [ ] Who noticed, and how? No alert is in this timeline.')
  expect(text).not.toContain('Is it over?')
})

test('Timesketch gets its three fields, microseconds, and the silence as an event', () => {
  const events = lines('timesketch-jsonl')
  expect(events[0]).toMatchObject({ message: 'payments: payments-webhook IMPORT payment:pay_1 → success: payment.authorized', datetime: '2026-11-24T06:10:01.123456+00:00', timestamp: Date.UTC(2026, 10, 24, 6, 10, 1) * 1000 + 123_456, timestamp_desc: 'Record occurred' })
  expect(events[1]).toMatchObject({ tag: ['first-failure'], folded: 4 })
  expect(events[2]).toMatchObject({ timestamp_desc: 'Silence began', datetime: '2026-11-24T06:10:03.000000+00:00', tag: ['gap'] })
  const [head, ...rows] = parseCsv(written('timesketch'))
  expect(head!.slice(0, 4)).toEqual(['message', 'timestamp', 'datetime', 'timestamp_desc'])
  expect(rows).toHaveLength(events.length)
  expect(rows[1]!.at(-1)).toBe('["first-failure"]')
})

/** Required by the class API Activity, its base event, and the objects in it; of some objects, one member out of several. */
const required = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid', 'actor', 'api', 'src_endpoint']
const endpointMembers = ['ip', 'uid', 'name', 'hostname', 'svc_name', 'instance_uid', 'interface_uid', 'interface_name', 'domain']

test.each([['an incident', incident], ['hostile values', hostileAnswer]])('OCSF events of %s have what their class requires', (_, answer) => {
  const events = lines('ocsf', answer)
  expect(events).toHaveLength(answer.records.length)
  for (const event of events) {
    expect(required.filter((name) => event[name] === undefined)).toEqual([])
    expect(event).toMatchObject({ class_uid: 6003, category_uid: 6, type_uid: 600300 + (event['activity_id'] as number), severity_id: 1, metadata: { version: '1.3.0', product: { vendor_name: 'Blotter' } } })
    expect([0, 1, 2, 3, 4, 99]).toContain(event['activity_id'])
    expect([0, 1, 2, 99]).toContain(event['status_id'])
    expect(Number.isInteger(event['time'])).toBe(true)
    expect(event['actor'].user.uid).toBeTypeOf('string')
    expect(event['api'].operation).toBeTypeOf('string')
    expect(Object.keys(event['src_endpoint'] as object).some((name) => endpointMembers.includes(name))).toBe(true)
  }
})

test('OCSF keeps what the class has no place for, tells folded attempts by count, and a refusal by its decision', () => {
  const [, attempts, refused, rotation] = lines('ocsf')
  expect(attempts).toMatchObject({ count: 5, start_time: Date.parse('2026-11-24T06:10:02.123Z'), end_time: Date.parse('2026-11-24T06:10:14.123Z'), status_code: 'TimeoutError' })
  expect(refused).toMatchObject({ status_id: 2, status_detail: 'the provider refuses our key', unmapped: { decision: 'deny', occurred_at: '2026-11-24T06:10:20.123456789Z' } })
  expect(rotation).toMatchObject({ activity_id: 3, activity_name: 'Update', actor: { user: { uid: 'maria@example.com', type_id: 1 } }, src_endpoint: { ip: '192.0.2.7' }, duration: 17 })
})

test('ECS documents use allowed values, and addresses only where they are some', () => {
  const documents = [...lines('ecs'), ...lines('ecs', hostileAnswer)]
  for (const document of documents) {
    expect(document).toMatchObject({ ecs: { version: '8.17.0' }, event: { kind: 'event', category: ['api'] } })
    expect(document['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
    expect(['success', 'failure', 'unknown']).toContain(document['event'].outcome)
    for (const type of document['event'].type as string[]) expect(['access', 'change', 'creation', 'deletion', 'denied', 'allowed', 'info']).toContain(type)
  }
  expect(documents[3]).toMatchObject({ source: { ip: '192.0.2.7' }, event: { duration: 17_000_000, type: ['change'] }, user: { id: 'maria@example.com' } })
  expect(documents[2]).toMatchObject({ event: { type: ['info', 'denied'], outcome: 'failure' } })
  expect(documents.at(-1)!['source'].ip).toBeUndefined()
})

test('a customer is told what was released, and nothing else', () => {
  const text = written('customer-json', incident, { share: ['payments'] })
  expect(JSON.parse(text)).toEqual({ timeZone: 'UTC', partial: false, entries: [
    { time: '2026-11-24T06:10:01Z', what: 'payments: webhook receive', by: 'automation 1', result: 'completed', steps: 1 },
    { time: '2026-11-24T06:10:02Z', until: '2026-11-24T06:10:14Z', what: 'payments: payment capture', by: 'automation 2', result: 'failed', steps: 5, mark: 'problem began' },
    { time: '2026-11-24T06:10:20Z', what: 'payments: payment capture', by: 'automation 2', result: 'refused', steps: 1 },
    { time: '2026-11-24T06:10:21Z', what: 'internal processing', by: 'our systems', result: 'completed', steps: 1 },
    { time: '2026-11-24T06:10:22Z', what: 'payments: payment capture', by: 'automation 2', result: 'completed', steps: 1, mark: 'working again' },
  ] })
})

test('what Blotter noted about itself is no part of what a customer is told, whatever was released', () => {
  const own = recordView(9, { event: 'blotter.records.read', integration: 'payments' })
  expect(JSON.parse(written('customer-json', { ...incident, records: [own] }, { share: ['payments', 'blotter'] }))).toMatchObject({ entries: [] })
})

test('without a released integration a customer sees internal processing, whose change of outcome still shows', () => {
  const { entries } = JSON.parse(written('customer-json')) as { entries: { what: string; result: string; steps: number }[] }
  expect(entries.map(({ what, result, steps }) => [what, result, steps])).toEqual([['internal processing', 'completed', 1], ['internal processing', 'failed', 6], ['internal processing', 'completed', 2]])
})

const identities = ['retry-automation', 'maria', 'example.com', 'pay_1', 'req_8f2c', 'evt_1', 'rec-', '192.0.2.7', 'vault', 'payments-api-key', 'ses-1', 'hmac', 'shop', 'stripe', 'crm', 'a'.repeat(32)]

test.each(['customer', 'customer-json'])('no id, name, address or integration that was not released is in %s, also not by way of a reason', (format) => {
  const loose = incident.records.map((record) => ({ ...record, reason: `${record.actor.id} used ${record.target.id} of /srv/app/config.yaml for jo@example.com, order 20261124, token tok9f3a2b, request ${record.requestId} at shop` }))
  const text = written(format, { ...incident, records: loose }, { share: ['payments'], fields: [...customerFields] })
  for (const id of [...identities, 'jo@', '/srv', '20261124', 'tok9f']) expect(text).not.toContain(id)
  expect(text).toMatch(/used/)
})

test('no event or error type that might hold an id is told to a customer', () => {
  const text = written('customer', { ...emptyAnswer, records: [recordView(1, { event: 'order.4711.paid', errorType: 'tenant_17_down', target: { id: 'x', type: 'payment-9' } })] }, { share: ['payments'], fields: ['error', 'target'] })
  expect(text).toContain('| 2026-11-24 06:10:01 | payments: activity | automation | failed |  |  |')
})

test.each(Object.keys(exporters))('%s of an empty story, and of a hostile one, is written, and its file name is plain', (format) => {
  expect(() => written(format, emptyAnswer) + written(format, hostileAnswer)).not.toThrow()
  expect(exportFileName(format, Date.UTC(2026, 10, 24, 6, 10, 34))).toMatch(/^blotter-timeline-20261124-061034[a-z-]*\.[a-z]+$/)
})

test('what is missing is said in every format that people read', () => {
  const partial: TimelineAnswer = { ...incident, truncated: true, complete: false, stopped: 'records' }
  expect(written('markdown', partial)).toContain('What is missing? More records match than are shown\\.'.replace('\\.', '.'))
  expect(written('csv', partial)).toContain('note,')
  expect(written('customer', partial)).toContain('This is not the whole story')
})
