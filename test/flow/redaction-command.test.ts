// `blotter redact`, run as an operator runs it: no collector is asked.

import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runBlotter } from '../support/collector-process.ts'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { runCollector } from '../support/running.ts'

let directory: string
const at = (name: string): string => join(directory, name)
const redact = (...words: string[]): ReturnType<typeof runBlotter> => runBlotter(['redact', ...words])
const secret = 'hunter2-hunter2'

beforeAll(async () => {
  directory = await makeDirectory()
  await writeFile(at('sample.json'), JSON.stringify({ note: 'ada@example.com and eve@example.org', password: secret, rows: [{ phone: '+1 415 555 2671', 'a b': 'password=hunter2-hunter2' }] }))
  await writeFile(at('policy.yaml'), 'version: 1\nrules: { email: mask, phone: observe, personal_name: off }\n')
})
afterAll(() => removeDirectory(directory))

test('try says what each rule did and where, and shows shapes, never the values', async () => {
  const { code, stdout } = await redact('try', at('sample.json'), '--redaction', at('policy.yaml'))
  expect(code).toBe(0)
  const rows = stdout.split('\n').slice(3).filter((line) => line !== '').map((line) => line.split(/ {2,}/))
  expect(rows).toEqual([
    ['body.note', 'email', 'mask', 'aaa@aaaaaaa.aaa', '[masked:email:example.com]'],
    ['body.note', 'email', 'mask', 'aaa@aaaaaaa.aaa', '[masked:email:example.org]'],
    ['body.password', 'key_name', 'remove', 'aaaaaa9-aaaaaa9', '[redacted:key_name]'],
    ['body.rows[0].phone', 'phone', 'observe', '+9 999 999 9999', 'as it is'],
    ['body.rows[0]["a b"]', 'assignment', 'remove', 'aaaaaa9-aaaaaa9', '[redacted:assignment]'],
  ])
  expect(stdout).not.toContain('hunter2')
  expect((await redact('try', at('sample.json'), '--redaction', at('policy.yaml'), '--show')).stdout).toContain(secret)
})

test('try takes an OTLP request too, and names its records', async () => {
  await writeFile(at('request.json'), JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'a' }, { eventName: 'b', attributes: [{ key: 'note', value: { stringValue: 'ada@example.com' } }] }] }] }] }))
  const { found } = JSON.parse((await redact('try', at('request.json'), '--json')).stdout) as { found: unknown }
  expect(found).toEqual([{ where: 'records[1].attributes.note', rule: 'email', action: 'remove', before: 'aaa@aaaaaaa.aaa', after: '[redacted:email]' }])
})

test('test runs the examples of all rules, and fails for a policy whose own are not true', async () => {
  const good = await redact('test', '--redaction', at('policy.yaml'))
  expect(good).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9]{3,} rules, [0-9]{3,} examples: all true\n$/) })
  await writeFile(at('wrong.yaml'), 'version: 1\ndetectors: [{ id: staff, finds: personal, keywords: [emp-], pattern: "EMP-[0-9]{6}", examples: { finds: [EMP-1], ignores: [EMP-123456] } }]\n')
  const wrong = await redact('test', '--redaction', at('wrong.yaml'))
  expect(wrong.code).toBe(1)
  expect(wrong.stdout).toMatch(/detectors\[0\]\.examples\.finds\[0\].*\n.*detectors\[0\]\.examples\.ignores\[0\]/)
})

test('rules lists what is done with what each rule finds', async () => {
  const { stdout } = await redact('rules', 'mail', '--redaction', at('policy.yaml'), '--json')
  expect((JSON.parse(stdout) as { rules: object[] }).rules).toContainEqual(expect.objectContaining({ id: 'email', finds: 'personal', action: 'mask', from: 'built-in' }))
  expect((await redact('rules', 'name')).stdout).toMatch(/key_name +secret +remove +engine/)
})

test('a policy that was named and is not there, or is wrong, is never replaced by the built-in one', async () => {
  await writeFile(at('bad.yaml'), 'version: 1\nrules: { no_such: off }\n')
  for (const name of ['bad.yaml', 'missing.yaml']) expect(await redact('try', at('sample.json'), '--redaction', at(name))).toMatchObject({ code: 2, stdout: '' })
  expect(await redact('try', at('sample.json'), '--destination', 'siem')).toMatchObject({ code: 2 })
  expect(await redact('destroy')).toMatchObject({ code: 2 })
})

describe('keys', () => {
  test('keygen makes a private key that only its owner can read, and never overwrites one', async () => {
    const { code, stdout, stderr } = await redact('keygen', '--out', at('identity.txt'))
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect((await stat(at('identity.txt'))).mode & 0o777).toBe(0o600)
    expect(stderr).toMatch(/hpke-x25519:[\w-]{43}\n$/)
    const made = await readFile(at('identity.txt'), 'utf8')
    expect(await redact('keygen', '--out', at('identity.txt'))).toMatchObject({ code: 2 })
    expect(await readFile(at('identity.txt'), 'utf8')).toBe(made)
  })

  test('open shows what was encrypted to the key, inside JSON as JSON, and says what it could not open', async () => {
    const recipient = /hpke-x25519:[\w-]{43}/.exec(await readFile(at('identity.txt'), 'utf8'))![0]
    await writeFile(at('sealing.yaml'), `version: 1\nrules: { assignment: encrypt }\nfields: { quote: encrypt }\nrecipients: ['${recipient}']\n`)
    await writeFile(at('quote.json'), JSON.stringify({ quote: 'she said "no"', text: `password=${secret}` }))
    const sealed = (await redact('try', at('quote.json'), '--redaction', at('sealing.yaml'), '--json')).stdout
    await writeFile(at('sealed.json'), sealed)
    expect(sealed).not.toContain('hunter2')
    const opened = await redact('open', at('sealed.json'), '--identity', at('identity.txt'))
    expect(opened).toMatchObject({ code: 0, stderr: '2 opened\n' })
    expect((JSON.parse(opened.stdout) as { found: { after: string }[] }).found.map(({ after }) => after)).toEqual(['she said "no"', secret])
    await redact('keygen', '--out', at('other.txt'))
    expect(await redact('open', at('sealed.json'), '--identity', at('other.txt'))).toMatchObject({ code: 1, stdout: sealed })
    expect(await redact('open', at('sealed.json'), '--identity', at('policy.yaml'))).toMatchObject({ code: 2 })
  })

  test('token gives the token by which a record was kept, from the data of its collector, and makes no keys where there are none', async () => {
    await writeFile(at('tokens.yaml'), 'version: 1\nfields: { audit.actor.id: tokenise }\n')
    await writeFile(at('actor.txt'), 'ada@example.com\n')
    const collector = await runCollector({ redactionPaths: [at('tokens.yaml')], redactionRequired: true })
    try {
      await fetch(`${collector.url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'x', attributes: [{ key: 'audit.actor.id', value: { stringValue: 'ada@example.com' } }] }] }] }] }) })
      const token = (await redact('token', at('actor.txt'), '--data', collector.data)).stdout.trim()
      expect(token).toMatch(/^\[token:field_tokenise:e1:[0-9a-f]{32}\]$/)
      expect(await collector.timeline(`actor=${encodeURIComponent(token)}`)).toHaveLength(1)
    } finally {
      await collector.remove()
    }
    expect(await redact('token', at('actor.txt'), '--data', at('nowhere'))).toMatchObject({ code: 2 })
    await expect(stat(at('nowhere'))).rejects.toThrow()
  })
})
