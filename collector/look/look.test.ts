// As a real Loki 3.5 showed these records (3.7 in the name of the event, which 3.5 does not show) after our forwarder sent them; test/contract/forward-look.test.ts asks one.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalRecord, emptyRecord, parseRecord, valueMap } from '@blotter/processors'
import { anyRecord } from '../../test/support/arbitrary.ts'
import { levelOfLine } from './level-of-line.ts'
import { lookOfText } from './look-of-text.ts'
import { lookOf } from './look.ts'
import { streamText } from './stream.ts'
import type { AuditRecord, Value } from '@blotter/processors'

type Values = readonly (readonly [string, Value])[]

function look(attributes: Values, changes: Partial<AuditRecord> = {}, resource: Values = []): { stream: object; metadata: Record<string, string>; line: string } {
  const { stream, metadata, line } = lookOf({ ...emptyRecord, timeUnixNano: 5n, body: 'x', ...changes, attributes: valueMap(attributes), resource: valueMap(resource) })
  return { stream: Object.fromEntries(stream), metadata: Object.fromEntries(metadata), line }
}

describe('metadata', () => {
  test('has names of letters, digits and underscores, of which the last of equal ones counts', () => {
    expect(look([['a.b', '1'], ['a_b', '2'], ['9x', 'd'], ['_x', 'u'], ['__x', 'uu'], ['a--b', 'dd'], ['ключ', 'k'], ['é', 'e'], ['', 'empty'], ['a b', 'sp'], ['x:y', 'c'], ['empty', ''], ['nul', null], ['A.B.', 'trail']]).metadata).toEqual({
      '': 'empty', A_B_: 'trail', ____: 'k', __x: 'uu', a__b: 'dd', a_b: 'sp', detected_level: 'unknown', empty: '', key_: 'e', key_9x: 'd', key_x: 'u', nul: '', x_y: 'c',
    })
  })

  test('has a label for each member of a map, and JSON as Go writes it for lists', () => {
    const { metadata } = look([
      ['m', valueMap([['x', 1n], ['y', valueMap([['z.q', true]])], ['e', valueMap()], ['l', [1n, 'a<b', valueMap([['k', 2.5]])]], ['', '1'], ['9', 'n'], ['é', '2'], ['_a', '3']])],
      ['_m', valueMap([['q', '1']])], ['é', valueMap([['q', '2']])], ['', valueMap([['b', '4']])], ['l', ['a', 'b<>&\u2028']], ['by', new Uint8Array([1, 2, 255])], ['nan', [NaN, 1n]], ['none', [null, new Uint8Array(0)]],
    ])
    expect(metadata).toEqual({
      m_x: '1', m_y_z_q: 'true', m_l: '[1,"a\\u003cb",{"k":2.5}]', m_: '1', m_9: 'n', m__: '2', m__a: '3', key_m_q: '1', key__q: '2', b: '4',
      l: '["a","b\\u003c\\u003e\\u0026\\u2028"]', by: 'AQL/', nan: '', none: '[null,null]', detected_level: 'unknown',
    })
  })

  test('has numbers as Go writes them', () => {
    expect(look([['a', 1.5], ['b', 1e21], ['c', 1e-7], ['d', NaN], ['e', Infinity], ['f', 100000000], ['g', 2n ** 62n], ['h', -Infinity]]).metadata).toMatchObject({
      a: '1.5', b: '1e+21', c: '1e-7', d: 'json: unsupported value: NaN', e: 'json: unsupported value: +Inf', f: '100000000', g: '4611686018427387904', h: 'json: unsupported value: -Inf',
    })
  })

  test('has what the record says besides its attributes, which yield to it, and both to the resource', () => {
    const own = { severityNumber: 9, severityText: 'Info', traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), flags: 1, droppedAttributesCount: 3, observedTimeUnixNano: 77n, scopeName: 'sc', scopeVersion: '1.0', eventName: 'ev' }
    const said = { event_name: 'ev', dropped_attributes_count: '3', flags: '1', observed_timestamp: '77', scope_name: 'sc', scope_version: '1.0', severity_number: '9', severity_text: 'Info', span_id: 'cd'.repeat(8), trace_id: 'ab'.repeat(16) }
    expect(look([], own).metadata).toEqual({ ...said, detected_level: 'Info' })
    expect(look([['trace_id', 'mine'], ['severity_text', 'mine'], ['event_name', 'mine'], ['scope_name', 'mine']], own).metadata).toEqual({ ...said, detected_level: 'mine' })
    expect(look([], own, [['trace_id', 'res'], ['scope_name', 'res'], ['host.name', 'h'], ['severity_text', 'res']]).metadata).toEqual({ ...said, trace_id: 'res', severity_text: 'res', host_name: 'h', detected_level: 'Info' })
  })

  test('does not take the name of a label of the stream', () => {
    expect(look([['service.name', 'zz'], ['k8s_pod_name', 'p']], {}, [['service.name', 'svc']])).toMatchObject({ stream: { service_name: 'svc' }, metadata: { service_name_extracted: 'zz', k8s_pod_name: 'p' } })
  })
})

describe('the stream', () => {
  test.each<[Values, object]>([
    [[['service.name', 'svc'], ['service.namespace', 'ns'], ['k8s.pod.name', 5n], ['cloud.region', '']], { k8s_pod_name: '5', service_name: 'svc', service_namespace: 'ns' }],
    [[], { service_name: 'unknown_service' }],
    [[['service.name', '']], { service_name: 'unknown_service' }],
    [[['service.name', null]], { service_name: 'unknown_service' }],
    [[['container.name', 'c']], { container_name: 'c', service_name: 'c' }],
    [[['container.name', 'c'], ['k8s.job.name', 'j']], { container_name: 'c', k8s_job_name: 'j', service_name: 'c' }],
    [[['k8s.job.name', 'j'], ['container.name', 'c']], { container_name: 'c', k8s_job_name: 'j', service_name: 'j' }],
    [[['container.name', 'c'], ['service.name', '']], { container_name: 'c' }],
    [[['service.name', ''], ['k8s.job.name', 'j']], { k8s_job_name: 'j', service_name: 'j' }],
    [[['container.name', valueMap([['a', 'x']])]], { container_name_a: 'x', service_name: 'unknown_service' }],
    [[['service.name', valueMap([['a', '1']])], ['app', 'x']], { service_name_a: '1' }],
    [[['service.name', [1n]]], { service_name: '[1]' }],
    [[['service_name', 'under'], ['service.name', 'dot']], { service_name: 'dot' }],
    [[['app', 'x'], ['job', 'j'], ['k8s.deployment.name', 'dep']], { k8s_deployment_name: 'dep', service_name: 'unknown_service' }],
  ])('of resource %# is what its attributes say', (resource, stream) => { expect(look([], {}, resource).stream).toEqual(stream) })

  test('has the environment of the key, whatever the resource says', () => {
    expect(look([['blotter.environment', 'production']], {}, [['deployment.environment.name', 'mine'], ['deployment.environment', 'y']]).stream).toEqual({ deployment_environment: 'y', deployment_environment_name: 'production', service_name: 'unknown_service' })
  })
})

describe('the line', () => {
  test.each<[Value, string]>([
    ['a\nb "q"', 'a\nb "q"'], ['', ''], [5n, '5'], [1.5, '1.5'], [true, 'true'], [[1n, 'a'], '[1,"a"]'], [new Uint8Array([1, 2, 3]), 'AQID'], [['x', Infinity], ''],
    [valueMap([['b', '<x>'], ['a', 1n], ['f', 1], ['n', null], ['l', [true]], ['u', '\b\f\u0001\u007f/'], ['g', -0]]), '{"a":1,"b":"\\u003cx\\u003e","f":1,"g":-0,"l":[true],"n":null,"u":"\\b\\f\\u0001\u007f/"}'],
  ])('of body %# is its text, or JSON as Go writes it', (body, line) => { expect(look([], { body }).line).toBe(line) })

  test('of a record without a body says who did what', () => {
    expect(look([['audit.actor.id', 'maria'], ['audit.action', 'CREATE'], ['audit.outcome', 'success']], { body: null, eventName: 'payment.refund' }).line).toBe('maria CREATE → success payment.refund')
  })
})

describe('the level', () => {
  test.each<[Values, Partial<AuditRecord>, string | undefined]>([
    [[['level', 'INFO']], {}, 'INFO'], [[['level', 'foo']], {}, 'foo'], [[['level', '']], { body: 'info' }, undefined], [[['level', ''], ['lvl', 'fatal']], {}, undefined],
    [[['detected_level', 'INFO'], ['level', 'warn']], {}, 'INFO'], [[['detected.level', 'ERROR']], {}, 'ERROR'], [[['severity', 'warn'], ['level', 'error']], {}, 'error'], [[['log.level', 'error']], {}, 'unknown'],
    [[['Severity', 'b'], ['severity', 'a']], {}, 'b'], [[['Lvl', 'a'], ['severity_text', 'b']], {}, 'a'], [[['lvl', 'error']], { severityText: 'INFO' }, 'error'], [[], { severityText: 'INFO', severityNumber: 17 }, 'INFO'],
    [[], { severityNumber: 1, body: 'error' }, 'trace'], [[], { severityNumber: 8 }, 'debug'], [[], { severityNumber: 12 }, 'info'], [[], { severityNumber: 13 }, 'warn'], [[], { severityNumber: 20 }, 'error'], [[], { severityNumber: 24 }, 'fatal'], [[], { severityNumber: 25 }, 'unknown'],
    [[['severity_number', 'x']], { body: 'warning' }, 'info'], [[['severity_number', '']], { body: 'warning' }, 'warn'], [[['severity_number', '0']], {}, 'unknown'], [[['severity_number', '-5']], {}, 'trace'],
  ])('of attributes %# is the first that says one', (attributes, changes, level) => { expect(look(attributes, changes).metadata['detected_level']).toBe(level) })

  test.each([
    ['INFO text', 'info'], ['errors here', 'error'], ['Error', 'unknown'], ['a WARN b', 'unknown'], ['warning x', 'warn'], ['warn: x', 'warn'], ['err: x', 'error'], ['info error', 'info'], ['warning error', 'error'], ['debug: critical:', 'critical'], ['DEBUG: x', 'debug'], ['fatal: x', 'unknown'],
    ['{"level":"trc"}', 'trace'], ['{"level":"crit"}', 'unknown'], ['{"level":"xx","msg":"an error"}', 'error'], ['{"a":{"level":"fatal"}}', 'fatal'], ['{"a":{"b":{"level":"fatal"}}}', 'unknown'], ['[{"level":"fatal"}]', 'unknown'], [' {"level" : "fatal"}', 'fatal'], ['{"level":"fatal"', 'unknown'], ['{"level":"fatal"} x', 'unknown'],
    ['{"level":"dbg","severity":"fatal"}', 'debug'], ['{"severity":"fatal","level":"dbg"}', 'fatal'], ['{"level":3,"severity":"fatal"}', 'fatal'], ['{"level":"","severity":"fatal"}', 'unknown'], ['{"level":"fat\\u0061l"}', 'unknown'], ['{"le\\u0076el":"fatal"}', 'fatal'], ['{"level":"fatal",junk}', 'fatal'], ['{junk,"level":"fatal"}', 'unknown'],
    ['{"a":1 "level":"fatal"}', 'unknown'], ['{"b":[{"level":"trace"}],"level":"fatal"}', 'fatal'], ['{"a":"\\"","level":"fatal"}', 'fatal'],
    ['level=fatal', 'fatal'], ['lvl=trace level=fatal', 'fatal'], ['lvl=trace a==b level=fatal', 'trace'], ['level=foo lvl=fatal', 'unknown'], ['a="level=fatal"', 'unknown'], ['level=fatal" b', 'unknown'], ['level level=fatal', 'unknown'], ['foo=1\nlevel=fatal', 'fatal'], ['level="fat\\u0061l"', 'fatal'], ['a="x"level=fatal', 'fatal'], ['leveL=fatal', 'fatal'], ['xlevel=fatal', 'unknown'], ['=x level=fatal', 'unknown'],
  ])('that the line %j speaks of is %s', (line, level) => { expect(levelOfLine(line)).toBe(level) })

  test.each([['an open brace', '{"level":'.repeat(20_000) + '}'], ['quotes', `level=${'"'.repeat(100_000)}`], ['backslashes', `{"level":"${'\\'.repeat(100_000)}}`], ['pairs', 'a="b" '.repeat(50_000)], ['words', `level ${'x'.repeat(200_000)}`]])('is found in bounded time: %s', (_, line) => {
    const startedMs = performance.now()
    levelOfLine(line)
    expect(performance.now() - startedMs).toBeLessThan(2000)
  })
})

test('from the text of a record and what the store keeps of its look it is the same, or left to the record', () => {
  let seen = 0
  const odd = fc.constantFrom<Value>('plain', 'with "quotes" and \\ and \n', 'é東🜁', '', 5n, 2n ** 60n, true, 1.5, 1e300, NaN, null, new Uint8Array([1, 255]), ['first "<one>"', 'two'], [1n], [], valueMap([['10', 1n]]))
  const attributes = fc.dictionary(fc.constantFrom('a.b', 'a_b', 'level', 'trace_id', 'service.name', 'ключ', '__proto__', '9', 'flags'), odd)
  fc.assert(fc.property(anyRecord, attributes, fc.dictionary(fc.constantFrom('service.name', 'host', 'trace_id'), odd), (record, own, resource) => {
    const canonical = canonicalRecord({ ...record, attributes: valueMap(Object.entries(own)), resource: valueMap(Object.entries(resource)) })
    const expected = lookOf(parseRecord(canonical))
    const given = lookOfText({ canonical: Buffer.from(canonical), stream: streamText(expected.stream), line: expected.line, level: expected.metadata.get('detected_level') ?? '' })
    if (given === undefined) return
    seen += 1
    expect({ ...given, metadata: Object.fromEntries(given.metadata) }).toEqual({ ...expected, metadata: Object.fromEntries(expected.metadata) })
  }), { numRuns: 500, seed: 4 })
  expect(seen).toBeGreaterThan(50)
})
