import { expect, test } from 'vitest'
import { jsonArray, jsonResponse } from './json-stream.ts'

test('a small answer is whole, a large one comes in chunks, both say the same', async () => {
  for (const count of [0, 1, 10, 20_000]) {
    const values = Array.from({ length: count }, (_, i) => `value ${i}`)
    const response = await jsonResponse(jsonArray(values, (value) => JSON.stringify(value)))
    expect(await response.json()).toEqual(values)
  }
})

test('nothing is made that nobody reads', async () => {
  let made = 0
  const response = await jsonResponse(jsonArray(Array.from({ length: 1000 }), () => { made += 1; return `"${'x'.repeat(10_000)}"` }))
  const reader = response.body!.getReader()
  await reader.read()
  await reader.cancel()
  expect(made).toBeLessThan(50)
})
