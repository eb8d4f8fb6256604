// What a real Loki answered to the same entries, asked again of us: parity does not need a Loki at hand. The answers are
// recorded by compare.ts --record, which also asks many more.

import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { formatQuery } from '../../../collector/query/logql/format.ts'
import { createEntries } from './data.ts'
import { createOurs } from './ours.ts'
import { digestOf, vectorsDirectory, type Recorded, type RecordedFormat } from './record.ts'

const files = (await readdir(vectorsDirectory)).filter((name) => name.endsWith('.json') && name !== 'format.json')
const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, vectorsDirectory), 'utf8'))

test('there are recorded answers of every kind', async () => {
  const all = (await Promise.all(files.map((name) => read(name) as Promise<readonly Recorded[]>))).flat()
  expect(all.length).toBeGreaterThan(800)
  for (const kind of ['log', 'range', 'instant']) expect(all.filter((one) => one.kind === kind && one.refused === undefined).length).toBeGreaterThan(100)
  expect(all.filter(({ refused }) => refused).length).toBeGreaterThan(100)
})

test.each(files)('the cases of %s are answered as Loki answers them', async (name) => {
  const ours = createOurs(createEntries())
  const wrong: string[] = []
  for (const recorded of (await read(name)) as readonly Recorded[]) {
    const answer = await ours(recorded)
    const agrees = 'refused' in answer ? recorded.refused === true : recorded.rows === answer.rows.length && recorded.digest === digestOf(answer)
    if (!agrees) wrong.push(`${recorded.kind} ${recorded.query}: ${'refused' in answer ? `refused: ${answer.refused}` : `${answer.rows.length} rows`}, want ${recorded.refused === true ? 'refused' : `${recorded.rows} rows`}`)
  }
  expect(wrong).toEqual([])
})

test('queries are formatted as Loki formats them, or refused where it refuses', async () => {
  const formatted = (query: string): string | undefined => { try { return formatQuery(query) } catch { return undefined } }
  const cases = (await read('format.json')) as readonly RecordedFormat[]
  expect(cases.filter(({ text }) => text !== undefined).length).toBeGreaterThan(100)
  expect(cases.filter(({ query, text }) => formatted(query) !== text).map(({ query }) => query)).toEqual([])
})
