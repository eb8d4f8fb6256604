import { expect, test } from 'vitest'
import { entriesOf } from '../../../../test/support/pipeline-lines.ts'
import { compilePipeline } from '../pipeline.ts'
import { ownedText } from './owned-text.ts'

test('a copy reads the same, half surrogates included', () => {
  for (const text of ['', 'short', 'a longer text than a view', 'é😀'.repeat(20), '\ud83d'.repeat(20)]) expect(ownedText(text)).toBe(text)
})

test('keys that were seen do not keep their lines in memory', () => {
  const pipeline = compilePipeline([{ kind: 'json', expressions: [] }])
  const before = process.memoryUsage().rss
  for (let at = 0; at < 1000; at++) {
    const [entry] = entriesOf([`{"a_key_that_is_long_${at}":"v","pad":"${String(at).repeat(200_000)}"}`])
    expect(pipeline.process(entry!)?.parsed.size).toBe(2)
  }
  // All of the lines together are several times that.
  expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000)
})
