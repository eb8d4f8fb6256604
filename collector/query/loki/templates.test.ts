import { expect, test } from 'vitest'
import { createTemplates } from './templates.ts'

function patternsOf(lines: readonly string[], most?: number): Record<string, number> {
  const templates = createTemplates<{ count: number }>({ create: () => ({ count: 0 }), ...(most === undefined ? {} : { most }) })
  for (const line of lines) {
    const kept = templates.add(line)
    if (kept !== undefined) kept.count += 1
  }
  return Object.fromEntries(templates.entries().map(({ pattern, kept }) => [pattern, kept.count]))
}

test('words that differ become a placeholder, those that agree stay', () => {
  expect(patternsOf(['user anna signed in', 'user bert signed in', 'user carl signed in'])).toEqual({ 'user <_> signed in': 3 })
})

test('a word with a digit is a value from the first line on, and a key keeps its name', () => {
  expect(patternsOf(['level=info took=15ms id=7'])).toEqual({ 'level=info took=<_> id=<_>': 1 })
})

test('values side by side are one', () => {
  expect(patternsOf(['from 10.0.0.1 12 13 to home'])).toEqual({ 'from <_> to home': 1 })
})

test('lines of another shape are another pattern', () => {
  expect(patternsOf(['a b c d', 'a b c d e', 'x y z w'])).toEqual({ 'a b c d': 1, 'a b c d e': 1, 'x y z w': 1 })
})

test('there are so many patterns and no more, and long lines are told by their beginning', () => {
  expect(Object.keys(patternsOf(Array.from({ length: 100 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat(i + 1)), 10))).toHaveLength(10)
  expect(Object.keys(patternsOf([Array.from({ length: 10_000 }, () => 'word').join(' ')]))[0]!.length).toBeLessThan(1000)
})
