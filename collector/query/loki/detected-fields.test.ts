import { expect, test } from 'vitest'
import { createMemoryEntries, labelsOf } from '../../../test/support/memory-entries.ts'
import { queryConfig } from '../options.ts'
import { detectedFields } from './detected-fields.ts'
import type { Question } from './question.ts'

const newestNano = 1_764_000_000_000_000_000n

/** Newest first. */
async function fieldsOf(...lines: readonly string[]): Promise<readonly { readonly label: string }[]> {
  const stream = labelsOf({ service_name: 'shop' })
  const source = createMemoryEntries(lines.map((line, i) => ({ timeNano: newestNano - BigInt(i), line, stream, metadata: labelsOf({}) })))
  const parameters = new URLSearchParams({ query: '{service_name="shop"}', start: String(newestNano - 1000n), end: String(newestNano + 1n) })
  const answer = await detectedFields({ parameters, nowNano: newestNano, source, signal: undefined, limits: queryConfig(undefined), shown: async () => {} } as unknown as Question)
  return ((await answer.json()) as { fields: readonly { readonly label: string }[] }).fields
}

test('a field that lines of JSON and of logfmt have names both parsers', async () => {
  expect(await fieldsOf('level=warn', '{"level":"error"}', 'level=info')).toEqual([{ label: 'level', type: 'string', cardinality: 3, parsers: ['logfmt', 'json'], jsonPath: ['level'] }])
})

test('where members of two paths have one name, the oldest line says which it is', async () => {
  expect(await fieldsOf('{"a_b":"x"}', '{"a":{"b":"y"}}')).toEqual([{ label: 'a_b', type: 'string', cardinality: 2, parsers: ['json'], jsonPath: ['a', 'b'] }])
})
