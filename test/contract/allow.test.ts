// Who may connect, by address: judged before the body is read, told to the caller without saying more, and kept as a record.

import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openRaw } from '../support/raw-socket.ts'
import { runCollector } from '../support/running.ts'
import type { Config } from '../../collector/config.ts'
import type { RunningCollector } from '../support/running.ts'

async function collectorFor(allow: NonNullable<Config['allow']>): Promise<RunningCollector> {
  const collector = await runCollector({ allow })
  onTestFinished(() => collector.remove())
  return collector
}

function statusOf(collector: RunningCollector, path: string, localAddress: string, forwarded?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${collector.url}${path}`, { agent: false, localAddress, headers: forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded } }, (response) => {
      response.resume().on('end', () => { resolve(response.statusCode!) })
    }).on('error', reject).end()
  })
}

test('an address that is not on the list is refused on every path, health included, whatever it claims', async () => {
  const collector = await collectorFor({ addresses: ['127.0.0.1', '127.0.5.0/24'], proxyHops: 0 })
  for (const path of ['/healthz', '/readyz', '/metrics', '/v1/timeline?actor=a', '/', '/nowhere']) {
    expect(await statusOf(collector, path, '127.0.0.2'), path).toBe(403)
    expect(await statusOf(collector, path, '127.0.0.2', '127.0.0.1'), path).toBe(403)
  }
  expect(await statusOf(collector, '/healthz', '127.0.0.1')).toBe(200)
  expect(await statusOf(collector, '/healthz', '127.0.5.77')).toBe(200)
})

test('behind a proxy the entry that it wrote counts, and who goes around the proxy is nobody', async () => {
  const collector = await collectorFor({ addresses: ['203.0.113.0/24', '2001:db8::/32'], proxyHops: 1 })
  const from = (forwarded?: string): Promise<number> => statusOf(collector, '/healthz', '127.0.0.1', forwarded)
  expect(await from('203.0.113.9')).toBe(200)
  expect(await from('10.0.0.1, 203.0.113.9')).toBe(200)
  expect(await from('::ffff:203.0.113.9')).toBe(200)
  expect(await from('2001:DB8:0::9')).toBe(200)
  expect(await from('203.0.113.9, 10.0.0.1')).toBe(403) // a claim, with the true address behind it
  expect(await from('203.0.113.9:443')).toBe(403)
  expect(await from(undefined)).toBe(403)
})

test('the refusal comes before the body, names the rule and not the address, and is a record', async () => {
  const collector = await collectorFor({ addresses: ['127.0.0.1'], proxyHops: 0 })
  const raw = await openRaw(collector.url, '127.0.0.2')
  raw.socket.write('POST /v1/audit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n')
  await eventually('it is refused', () => raw.statuses()[0] === 403)
  raw.socket.destroy()
  expect(raw.heard()).toContain('FORBIDDEN')
  expect(raw.heard()).not.toContain('127.0.0')
  expect(await statusOf(collector, '/v1/timeline?actor=a', '127.0.0.2')).toBe(403)
  expect(await collector.metric('blotter_requests_refused_total', 'FORBIDDEN')).toBe(2)
  await collector.service.refusals.flush()
  const refusalsOf = (target: string): Promise<readonly { readonly reason?: string | undefined }[] | undefined> => collector.timeline(`target=${target}&integration=blotter&related=false`).then((records) => (records.length > 0 ? records : undefined))
  expect(await eventually('one is stored', () => refusalsOf('/v1/audit'))).toMatchObject([{ reason: 'FORBIDDEN' }])
  expect(await eventually('the other is stored', () => refusalsOf('/v1/timeline'))).toMatchObject([{ reason: 'FORBIDDEN' }])
})
