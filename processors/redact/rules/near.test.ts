import { describe, expect, test } from 'vitest'
import { assigns, looksDrawn, looksIssued } from './near.ts'

describe('what stands between a provider’s name and a value', () => {
  test.each([
    '_API_KEY=', '.connect("', '": "', 'Token := "', 'Token: string = "', ' key: ', '-Key: ', '":{"apiKey":"', ' token ', ' Authorization: Bearer ', '.com/v1?api_key=', 'Token>\n  ', ' = ',
  ])('%j is an assignment', (between) => { expect(assigns('acme', between, false)).toBe(true) })

  test.each([
    ' ', ' trace ', '_trace_id=', 'CommitSha: ', '/files/', '@sha256:', ' request id: ', '.com/', '#', ' build hash ', '_key_id=', ' says hello, ',
  ])('%j is none', (between) => { expect(assigns('acme', between, false)).toBe(false) })

  test('an id’s shape wants a name that says secret', () => {
    expect([assigns('acme', ' = "', true), assigns('acme', '_account: ', true), assigns('acme', '_token: ', true), assigns('acme_pat', ' = ', true)]).toEqual([false, false, true, true])
  })
})

test('words, repetitions and stand-ins do not look issued', () => {
  expect([looksIssued('ConfigurationProvider', true), looksIssued('xxxxxxxxxxxxxxxxxxxx', false), looksIssued('00000000000000000000', true), looksIssued('3f9a1c7be2d84056', true)]).toEqual([false, false, false, true])
})

test('a prefix that begins names in code is followed by something drawn', () => {
  expect([looksDrawn('rnd_generator_with_a_long_name'), looksDrawn('rnd_QQEhkLJ7CYqnCCmkOCNlVQcH')]).toEqual([false, true])
})
