import { expect, test } from 'vitest'
import { headerProblem } from './headers.ts'

test('the headers of an ordinary request have no problem', () => {
  expect(headerProblem(['Host', 'a', 'Content-Type', 'application/json', 'Content-Length', '2', 'Authorization', 'Bearer x', 'X-A', '1', 'X-A', '2'])).toBeUndefined()
  expect(headerProblem(['Host', 'a', 'Transfer-Encoding', 'Chunked'])).toBeUndefined()
  expect(headerProblem([])).toBeUndefined()
})

test.each(['Authorization', 'Content-Type', 'Content-Length', 'Content-Encoding', 'Host', 'Transfer-Encoding'])('%s comes once, in whatever case, even when both say the same', (name) => {
  const value = name === 'Transfer-Encoding' ? 'chunked' : 'same'
  expect(headerProblem([name, value, 'X', 'y', name.toLowerCase(), value])).toEqual({ field: name.toLowerCase(), description: 'at most once' })
  expect(headerProblem([name.toUpperCase(), value, name, value])?.field).toBe(name.toLowerCase())
})

test('two ways to say where the body ends are one too many', () => {
  expect(headerProblem(['Content-Length', '5', 'Transfer-Encoding', 'chunked'])?.field).toBe('content-length')
  expect(headerProblem(['Transfer-Encoding', 'chunked', 'Content-Length', '5'])?.field).toBe('content-length')
})

test.each(['gzip, chunked', 'chunked, chunked', 'identity', 'xchunked', ''])('a transfer encoding %j is not understood', (value) => {
  expect(headerProblem(['Transfer-Encoding', value])).toEqual({ field: 'transfer-encoding', description: 'chunked, or no such header' })
})

test('what was sent is not repeated', () => {
  expect(JSON.stringify(headerProblem(['Authorization', 'Bearer hunter2', 'Authorization', 'Bearer hunter3']))).not.toContain('hunter')
})
