import { expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

test('nothing set is nothing said', () => {
  expect(readEnvironment({})).toEqual({ headers: {}, resource: {}, sdkDisabled: false, problems: [] })
})

test('an empty variable is one that is not set', () => {
  expect(readEnvironment({ BLOTTER_ENDPOINT: '', BLOTTER_KEY: ' ', OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_SERVICE_NAME: '' })).toEqual(readEnvironment({}))
})

test('variables of ours win over those of OpenTelemetry', () => {
  const both = { BLOTTER_ENDPOINT: 'https://blotter.example.com', BLOTTER_KEY: 'ours', BLOTTER_SPOOL: '/var/spool/app', OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.com', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20theirs' }
  expect(readEnvironment(both)).toMatchObject({ endpoint: 'https://blotter.example.com', key: 'ours', spoolDirectory: '/var/spool/app', headers: {} })
})

test.each([
  ['a base URL', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example.com:4318/base/' }, 'http://collector.example.com:4318/base'],
  ['the URL of logs', { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://collector.example.com/base/v1/logs' }, 'https://collector.example.com/base'],
  ['the URL of logs before the base', { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://logs.example.com/v1/logs', OTEL_EXPORTER_OTLP_ENDPOINT: 'https://all.example.com' }, 'https://logs.example.com'],
])('%s says where the collector is', (_, variables, endpoint) => {
  expect(readEnvironment(variables)).toMatchObject({ endpoint, problems: [] })
})

test.each(['collector:4318/v1/logs', 'https://user:word@collector.example.com/v1/logs', 'grpc://collector.example.com/v1/logs'])('a URL that is none of http is reported and not used: %s', (url) => {
  const { endpoint, problems } = readEnvironment({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: url })
  expect(endpoint).toBeUndefined()
  expect(problems).toHaveLength(1)
  expect(JSON.stringify(problems)).not.toContain('collector.example.com')
})

test('a URL of logs that has no place beside it serves logs alone', () => {
  const variables = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://collector.example.com/elsewhere', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc' }
  const logs = readEnvironment(variables, { logsOnly: true })
  expect(logs).toMatchObject({ logsUrl: 'https://collector.example.com/elsewhere', key: 'abc', problems: [] })
  expect(logs.endpoint).toBeUndefined()
  expect(readEnvironment(variables), 'its key goes nowhere else').toEqual(readEnvironment({}))
})

test('the bearer token among the headers is the key, and the others are sent', () => {
  const read = readEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example.com', OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20abc==,X-Tenant=a%2Cb', OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'x-tenant=c' })
  expect(read).toMatchObject({ key: 'abc==', headers: { 'x-tenant': 'c' }, problems: [] })
})

test('other credentials are sent as they are, unless there is a key', () => {
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example.com', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc' }
  expect(readEnvironment(variables).headers).toEqual({ authorization: 'Basic abc' })
  expect(readEnvironment({ ...variables, BLOTTER_KEY: 'k' })).toMatchObject({ key: 'k', headers: {} })
  expect(readEnvironment(variables, { key: 'k' }).headers).toEqual({})
})

test.each([
  ['the endpoint is set in code', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://vendor.example.com' }, { endpoint: 'https://blotter.example.com' }],
  ['the endpoint is a variable of ours', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://vendor.example.com', BLOTTER_ENDPOINT: 'https://blotter.example.com' }, {}],
  ['no endpoint is set at all', {}, {}],
])('credentials for another address stay at home when %s', (_, variables, given) => {
  const read = readEnvironment({ ...variables, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20vendor,x-vendor=1' }, given)
  expect(read.key).toBeUndefined()
  expect(read.headers).toEqual({})
})

test.each(['content-type=text/plain', 'a b=c', 'x=%0d%0aevil: 1', 'x=%zz', 'no-value'])('headers that cannot be sent are reported as a whole: %s', (headers) => {
  const read = readEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example.com', OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20abc,${headers}` })
  expect(read.headers).toEqual({})
  expect(read.problems.map(({ key }) => key)).toEqual(['OTEL_EXPORTER_OTLP_HEADERS'])
})

test('resource attributes are percent-decoded, and the service’s own variable wins', () => {
  const { resource } = readEnvironment({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=a, deployment.environment.name = pre%2Cprod ,note=x%3Dy=z,', OTEL_SERVICE_NAME: 'billing' })
  expect(resource).toEqual({ 'service.name': 'billing', 'deployment.environment.name': 'pre,prod', note: 'x=y=z' })
})

test.each(['service.name=a,novalue', '=x', 'a=%E0%A4%A'])('one mistake discards all resource attributes: %s', (attributes) => {
  const { resource, problems } = readEnvironment({ OTEL_RESOURCE_ATTRIBUTES: attributes, OTEL_SERVICE_NAME: 'billing' })
  expect(resource).toEqual({ 'service.name': 'billing' })
  expect(problems.map(({ key }) => key)).toEqual(['OTEL_RESOURCE_ATTRIBUTES'])
})

test('timeout and compression for logs win over those for everything', () => {
  expect(readEnvironment({ OTEL_EXPORTER_OTLP_TIMEOUT: '9000', OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '3000', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'none' }))
    .toMatchObject({ attemptTimeoutMs: 3000, compression: 'none', problems: [] })
})

test.each([['OTEL_EXPORTER_OTLP_TIMEOUT', '0'], ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon'], ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd']])('%s=%s is reported and not used', (name, value) => {
  const read = readEnvironment({ [name]: value })
  expect(read).toMatchObject({ problems: [{ key: name }] })
  expect(read.attemptTimeoutMs ?? read.compression).toBeUndefined()
})

test('that OpenTelemetry is switched off is told, and switches nothing of ours off', () => {
  expect(readEnvironment({ OTEL_SDK_DISABLED: 'TRUE', BLOTTER_KEY: 'k' })).toMatchObject({ sdkDisabled: true, key: 'k' })
})
