// Grafana's own grammar, with which its editor reads queries, as a second opinion: what we take, the editor should take
// too, but for the few forms it is known not to know.

import { readFile, readdir } from 'node:fs/promises'
import { parser } from '@grafana/lezer-logql'
import { expect, test } from 'vitest'

const vectors = new URL('../../../../test/vectors/logql/', import.meta.url)

async function validQueries(): Promise<readonly string[]> {
  const files = (await readdir(vectors)).filter((name) => name.endsWith('.json') && name !== 'format.json')
  const cases = await Promise.all(files.map(async (name) => JSON.parse(await readFile(new URL(name, vectors), 'utf8')) as readonly { query: string; refused?: true }[]))
  return [...new Set(cases.flat().filter(({ refused }) => refused === undefined).map(({ query }) => query))]
}

function isTaken(query: string): boolean {
  const cursor = parser.parse(query).cursor()
  do {
    if (cursor.type.isError) return false
  } while (cursor.next())
  return true
}

test('the grammar of the editor takes nearly all of what is valid here', async () => {
  const queries = await validQueries()
  expect(queries.length).toBeGreaterThan(500)
  const untaken = queries.filter((query) => !isTaken(query))
  expect(untaken.length / queries.length).toBeLessThan(0.1)
})

test.each([
  ['label filters joined by a space', '{a="b"} | c="d" e="f"'],
  ['an unwrap in parentheses', 'sum_over_time(({a="b"} | json | unwrap x)[5m])'],
  ['an offset behind an unwrap', 'sum_over_time({a="b"} | json | unwrap x | __error__="" [1m] offset 1m)'],
])('it does not know %s, which is why our own parser decides', async (_, query) => {
  const { parseLogQL } = await import('../parse.ts')
  expect(isTaken(query)).toBe(false)
  expect(parseLogQL(query)).toBeDefined()
})
