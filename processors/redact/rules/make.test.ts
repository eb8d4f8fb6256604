import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { createDetector } from '../detect.ts'
import { named, namedEach, patterned, prefixed } from './make.ts'
import { alnum, base64url, hex, uuid } from './secret.ts'
import type { Rule } from '../rule.ts'

const key = '3f9a1c7be2d84056af13c9d27e5b8064'
const gone = (rule: Rule, text: string, secret: string): boolean => !createDetector([rule])(text, () => {}).includes(secret)

describe('a key by its provider’s name', () => {
  const rule = named('acme_key', ['acme', 'wile_e'], hex(32))
  test.each([
    `ACME_API_KEY=${key}`, `export ACME_KEY="${key}"`, `acme.key = ${key}`, `acmeToken := "${key}"`, `var acmeToken string = "${key}"`, `String acmeToken = "${key}";`,
    `var acmeToken: string = '${key}'`, `$acmeToken .= "${key}"`, `ACME_TOKEN ?= ${key}`, `ACME_TOKEN ::= ${key}`, `acme_token ||= '${key}'`, `"acmeToken" => "${key}",`,
    `{"acme_token":"${key}"}`, `{"acme":{"apiKey":"${key}"}}`, `{\\"acme_token\\":\\"${key}\\"}`, `{"name":"acme_token","value":"${key}"}`, `acme:\n  token: ${key}`, `acme_token: |\n  ${key}`,
    `<acmeToken>${key}</acmeToken>`, `<acmeToken>\n  ${key}\n</acmeToken>`, `<entry name="acmeToken" value="${key}" />`, `X-Acme-Token: ${key}`,
    `acme curl -H 'Authorization: Bearer ${key}'`, `curl https://acme.example/v1?api_key=${key}&x=1`, `acme login --token ${key}`,
    `client = acme.NewClient("${key}")`, `Acme(api_key='${key}')`, `System.setProperty("ACME_TOKEN", "${key}")`, `request to the Acme API\nusing key=${key}`, `the acme api key is ${key}`,
    `WILEE_KEY=${key}`, `wile-e-key: ${key}`, `Wile E key: ${key}`, `| acme token | ${key} |`, `acme key \`${key}\``,
  ])('is found in %j', (text) => { expect(gone(rule, text, key)).toBe(true) })

  test.each([
    `acme trace ${key}`, `acme_trace_id=${key}`, `acme.commit: ${key}`, `acme request_id="${key}"`, `https://acme.example/files/${key}`, `acme/agent@sha256:${key}`, `acme ${key}`,
    `acme build ${key}`, 'ACME_KEY=00000000000000000000000000000000', `ACME_KEY=${key}${key}`, `ACME_KEY=${key}0`, `token=${key}`, `${key} acme`,
    `acme key${' '.repeat(80)}${key}`, `{"acme":{"etag":"${key}"}}`, `acme image digest: ${key}`, `acme_key: ${key}/9aBc+d8=`, `acme_key=${key}-9abc`, `{"hash":"5564f8acme1268bb5c","key":"${key}"}`,
  ])('is not in %j', (text) => { expect(createDetector([rule])(text, () => {})).toBe(text) })

  test('only the value is replaced', () => {
    expect(createDetector([rule])(`ACME_API_KEY="${key}" # old`, () => {})).toBe('ACME_API_KEY="[redacted:acme_key]" # old')
  })

  test('a word of the right length is no key', () => {
    const words = named('acme_word', 'acme', alnum(20, 40))
    expect(gone(words, 'acme_key: ConfigurationProviderFactory', 'Factory')).toBe(false)
  })
})

test('where ids have the same shape, the value’s own name must say that it is secret', () => {
  const rule = named('acme_uuid', 'acme', uuid)
  expect(gone(rule, `acme_token=${uuid.sample}`, uuid.sample)).toBe(true)
  for (const text of [`acme(${uuid.sample})`, `acme_account=${uuid.sample}`, `acme_key_id=${uuid.sample}`]) expect(gone(rule, text, uuid.sample)).toBe(false)
})

test('a prefix is replaced together with what follows it, and only where a word begins', () => {
  const rule = prefixed('acme_token', ['acme_', 'acme-'], base64url(20))
  const detect = createDetector([rule])
  expect(detect('a acme_Ex4mpleX9Ex4mpleX9Ex b', () => {})).toBe('a [redacted:acme_token] b')
  expect(detect('xacme_Ex4mpleX9Ex4mpleX9Ex', () => {})).toBe('xacme_Ex4mpleX9Ex4mpleX9Ex')
  expect(detect('acme_Ex4mpleX9Ex4mpleX9ExTooLong', () => {})).toBe('acme_Ex4mpleX9Ex4mpleX9ExTooLong')
})

test('a separator at the end of a name must be there', () => {
  const rule = named('wiz_key', 'wiz_', hex(32))
  expect(gone(rule, `wiz_key=${key}`, key)).toBe(true)
  expect(gone(rule, `wizard_key=${key}`, key)).toBe(false)
})

test('made rules are RE2 syntax', () => {
  const rules = [named('a', ['a.b', 'c_d'], alnum(3)), prefixed('b', ['x.', '$y'], hex.from(3)), patterned('c', 'abc', 'abc(?<s>[0-9]{3})', { finds: ['abc123'] }), ...namedEach(['abc'], hex(4))]
  for (const { pattern } of rules) expect(() => RE2JS.compile(pattern.source.replaceAll('(?<', '(?P<'))).not.toThrow()
})

test('hostile text costs time in proportion to its length', () => {
  const detect = createDetector([named('acme_key', 'acme', alnum(20, 40)), prefixed('acme_token', 'acme_', base64url.from(20))])
  const cost = (unit: string, times: number): number => {
    const text = unit.repeat(times)
    const start = process.cpuUsage()
    detect(text, () => {})
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  for (const unit of ['acme', 'acme=', 'acme_key=aaaaaaaaaaaaaaaaaaa ', 'acme = acme = ', 'acme_']) {
    cost(unit, 2_000)
    const small = cost(unit, 10_000)
    expect(cost(unit, 80_000)).toBeLessThan(Math.max(small, 1_000) * 40) // eight times as long: quadratic would be 64 times
  }
})
