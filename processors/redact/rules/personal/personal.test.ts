import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { createMatch } from '../../match.ts'
import { personalRules } from './index.ts'

describe.each(personalRules)('rule $id', (rule) => {
  test('is RE2 syntax, and global', () => {
    expect(() => RE2JS.compile(rule.pattern.source.replaceAll('(?<', '(?P<'))).not.toThrow()
    expect(rule.pattern.global).toBe(true)
  })
  const detect = createDetector([rule])
  const findings = (text: string): number => {
    let count = 0
    detect(text, () => { count += 1 })
    return count
  }
  test.each(rule.examples.finds)('finds %j', (text) => { expect(findings(text)).toBeGreaterThan(0) })
  test.each(rule.examples.ignores)('ignores %j', (text) => { expect(findings(text)).toBe(0) })
})

const active = personalRules.filter(({ optional }) => optional !== true)
const detect = createDetector(active)

test.each([
  ['pay DE89370400440532013000 now', 'pay [redacted:iban] now'],
  ['pay gb82 west 1234 5698 7654 32 by 2026', 'pay [redacted:iban] by 2026'],
  ['card 4242 4242 4242 4242 exp 12/27 cvc', 'card [redacted:card] exp 12/27 cvc'],
  ['<jane.doe@example.com>, hello', '<[redacted:email]>, hello'],
  ['SSN 219-09-9999, born', 'SSN [redacted:us_ssn], born'],
  ['CPF 529.982.247-25 ok', 'CPF [redacted:br_cpf] ok'],
  ['national id: 8001015009 of jane', 'national id: [redacted:named_personal_number] of jane'],
  ['note 529.982.247-25 ok', 'note [redacted:national_id] ok'],
  ['{"bsn":"111222333","orderId":"111222333444"}', '{"bsn":"[redacted:nl_bsn]","orderId":"111222333444"}'],
  ['a@example.com,b@example.org;c@example.net', '[redacted:email],[redacted:email];[redacted:email]'],
  ['4242424242424242,5555555555554444', '[redacted:card],[redacted:card]'],
])('takes all of it and nothing else: %s', (text, expected) => {
  expect(detect(text, () => {})).toBe(expected)
})

test('what is shown in an optional rule is only found where it is asked for', () => {
  expect(detect('from 192.0.2.7 and 2001:db8::1 at 00:1A:2B:3C:4D:5E', () => {})).toBe('from 192.0.2.7 and 2001:db8::1 at 00:1A:2B:3C:4D:5E')
})

test('whoever sends a page of figures and every keyword does not make each rule look at each figure', () => {
  const words = [...new Set(active.flatMap(({ keywords = [] }) => keywords))].join(' ')
  const figures = 3000
  for (const figure of ['12 ', '4242 ', '111222333 ', '1/1 ', '(4 ']) {
    let looks = 0
    for (const rule of active) {
      const valid: typeof rule.valid = rule.valid === undefined ? undefined : (match, place) => { looks += 1; return rule.valid!(match, place) }
      createMatch({ ...rule, ...(valid === undefined ? {} : { valid }) }, 0)(`${words} ${figure.repeat(figures)}`, [])
    }
    expect(looks).toBeLessThan(figures * 4)
  }
})
