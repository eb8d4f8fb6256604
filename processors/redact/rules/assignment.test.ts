import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { createDetector } from '../detect.ts'
import { nameOf } from './assigned-name.ts'
import { isElsewhere, isSecretValue } from './assigned-value.ts'
import { assignmentRules } from './assignment.ts'
import { nameBefore } from './name-before.ts'
import { transportRules } from './transport.ts'
import type { Written } from './assigned-value.ts'

describe.each([...assignmentRules, ...transportRules])('rule $id', (rule) => {
  const detect = createDetector([rule])
  const findings = (text: string): number => {
    let count = 0
    detect(text, () => { count += 1 })
    return count
  }
  test('is RE2 syntax, and global', () => {
    expect(() => RE2JS.compile(rule.pattern.source.replaceAll('(?<', '(?P<'))).not.toThrow()
    expect(rule.pattern.global).toBe(true)
  })
  test.each(rule.examples.finds)('finds %j', (text) => { expect(findings(text)).toBeGreaterThan(0) })
  test.each(rule.examples.ignores)('ignores %j', (text) => { expect(findings(text)).toBe(0) })
  test.each(rule.examples.finds)('finds nothing more in its own output: %j', (text) => { expect(findings(detect(text, () => {}))).toBe(0) })
})

const detect = createDetector(assignmentRules)

test.each([
  ['{"a":1,"password":"hunter2","b":2}', '{"a":1,"password":"[redacted:quoted_assignment]","b":2}'],
  ['DB_PASSWORD=hunter2 DB_HOST=db', 'DB_PASSWORD=[redacted:assignment] DB_HOST=db'],
  ['<Password>hunter2</Password>', '<Password>[redacted:assignment]</Password>'],
])('only the value goes: %s', (text, redacted) => {
  expect(detect(text, () => {})).toBe(redacted)
})

test('the name decides how much a value must look like a secret', () => {
  const strengths = ['dbPassword', 'client_secret', 'X-Api-Key', 'authToken', 'token', 'credentials', 'key', 'LICENSE_KEY', 'cacheKey', 'tokenCount', 'author', 'publicKeyToken', 'primary_key', 'next_page_token', 'secretName'].map((name) => [name, nameOf(name).strength])
  expect(Object.fromEntries(strengths)).toEqual({
    dbPassword: 'strong', client_secret: 'strong', 'X-Api-Key': 'strong', authToken: 'strong', token: 'medium', credentials: 'strong', key: 'weak', LICENSE_KEY: 'strong', cacheKey: 'none', tokenCount: 'none', author: 'none', publicKeyToken: 'none',
    primary_key: 'none', next_page_token: 'none', secretName: 'none',
  })
})

const line: Written = { name: 'password', quoted: false, constant: false, setting: false, joined: false, listed: false, after: '' }

test('code that fetches a secret holds none', () => {
  for (const value of ['config.password', 'newPassword', 'password', 'getPassword', '*secret', 'type:']) expect(isSecretValue(value, nameOf('password'), { ...line, after: value === 'getPassword' ? '()' : ';' })).toBe(false)
  expect(isSecretValue('hunter2', nameOf('password'), line)).toBe(true)
})

test('stand-ins, addresses and paths are elsewhere', () => {
  for (const value of ['${TOKEN}', '<token>', '$TOKEN', 'null', 'changeme', '********', '/run/secrets/db', 'https://id.example.com/token', 'arn:aws:iam::123456789012:role/x', 'xxxx', 'secrets.TOKEN', '[redacted:assignment]']) expect(isElsewhere(value)).toBe(true)
  for (const value of ['hunter2', '$2b$12$Ex4mple', 'postgres://a:b@c/d', 'admin', 'p/ss']) expect(isElsewhere(value)).toBe(false)
})

test.each([
  ['x.dbPassword = "', 'x.dbPassword'], ['--api-key ', 'api-key'], ['{"a-b": "', 'a-b'], ["config['pw'] = b'", 'pw'], ['unseal key 2: ', 'key'], ['\\"token\\":\\"', 'token'], ['X_1=', 'X_1'],
])('reads the name before a value: %s', (text, name) => {
  expect(nameBefore(`; ${text}value`, text.length + 2)?.name).toBe(name)
})

test('there is no name where there is none, or too far away', () => {
  expect(nameBefore('value', 0)).toBeUndefined()
  expect(nameBefore(`token${' '.repeat(40)}value`, 45)).toBeUndefined()
  expect(nameBefore('"": "value', 5)).toBeUndefined()
})

test('hostile texts cost time in proportion to their length', () => {
  const all = createDetector([...transportRules, ...assignmentRules])
  for (const piece of ['key', 'token=', 'password: "', 'secret\\"', 'auth ', '://', 'Bearer ', 'a_key=b', '-----BEGIN PRIVATE KEY-----', 'sk_live_a', ' -u a:', '$2b$', '$6$a$', 'key key ', 'login a password ', 'https://hooks.a/', '::', 'pass"\'`']) {
    const timeOf = (length: number): number => {
      const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
      const start = process.cpuUsage().user
      all(text, () => {})
      return process.cpuUsage().user - start
    }
    timeOf(20_000)
    const [short, long] = [timeOf(20_000), timeOf(200_000)]
    expect(long, piece).toBeLessThan(40 * Math.max(short, 10_000)) // ten times the text; a quadratic pattern takes a hundred times as long
  }
})
