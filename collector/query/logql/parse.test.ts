import { expect, test } from 'vitest'
import type { Expression } from './ast.ts'
import { LogQLError } from './errors.ts'
import { MAX_DEPTH } from './parse/cursor.ts'
import { parseLogQL, parseSelector, parseSyntax } from './parse.ts'

const stages = (query: string): unknown => (parseLogQL(query) as Extract<Expression, { kind: 'log' }>).stages
const filter = (text: string): unknown => (stages(`{a="b"} | ${text}`) as readonly [{ filter: unknown }])[0].filter
const parsed = (query: string): Expression => parseLogQL(query)
const one = (name: string): object => ({ kind: 'string', name, op: '=', value: '1' })

test('a selector becomes matchers with their values unquoted', () => {
  expect(parsed('{a="b", c!="d\\n", e=~`f\\d+`, g!~"h"}')).toEqual({ kind: 'log', stages: [], matchers: [
    { name: 'a', op: '=', value: 'b' }, { name: 'c', op: '!=', value: 'd\n' }, { name: 'e', op: '=~', value: 'f\\d+' }, { name: 'g', op: '!~', value: 'h' },
  ] })
})

test('comments, line breaks and the case of keywords do not matter', () => {
  expect(parsed('SUM BY (x) # why\n (Rate({a="b"} // one\n | JSON /* two */ [5m]))')).toEqual(parsed('sum by (x) (rate({a="b"} | json [5m]))'))
})

test.each([
  ['"\\x41\\u00e9\\U0001F600\\101\\t"', 'Aé😀A\t'], ['"\\xc3\\xa9"', 'é'], ['"\\\\ \\""', '\\ "'], ['`\\n"`', '\\n"'], ['"\\ud800"', '\uFFFD'], ['`a\r\nb`', 'a\nb'],
])('the string %s is read as Go reads it', (text, value) => {
  expect(stages(`{a="b"} |= ${text}`)).toEqual([{ kind: 'lineFilter', op: '|=', alternatives: [{ value, ip: false }] }])
})

test('alternatives of a line filter may be texts and addresses', () => {
  expect(stages('{a="b"} |= "x" or ip("10.0.0.0/8") != "y"')).toEqual([
    { kind: 'lineFilter', op: '|=', alternatives: [{ value: 'x', ip: false }, { value: '10.0.0.0/8', ip: true }] },
    { kind: 'lineFilter', op: '!=', alternatives: [{ value: 'y', ip: false }] },
  ])
})

test('every stage is read with its arguments', () => {
  expect(stages('{a="b"} | json x, y="z[0]" | logfmt --keep-empty --strict k | regexp "(?P<n>.)" | pattern "<p> <_>" | unpack | decolorize | line_format "{{.x}}" | label_format x=y,z="{{.a}}" | drop x,y="z" | keep w=~"v"')).toEqual([
    { kind: 'json', expressions: [{ name: 'x', path: 'x' }, { name: 'y', path: 'z[0]' }] },
    { kind: 'logfmt', strict: true, keepEmpty: true, expressions: [{ name: 'k', path: 'k' }] },
    { kind: 'regexp', pattern: '(?P<n>.)' }, { kind: 'pattern', pattern: '<p> <_>' }, { kind: 'unpack' }, { kind: 'decolorize' },
    { kind: 'lineFormat', template: '{{.x}}' },
    { kind: 'labelFormat', assignments: [{ name: 'x', from: 'y' }, { name: 'z', template: '{{.a}}' }] },
    { kind: 'drop', labels: [{ name: 'x' }, { name: 'y', matcher: { name: 'y', op: '=', value: 'z' } }] },
    { kind: 'keep', labels: [{ name: 'w', matcher: { name: 'w', op: '=~', value: 'v' } }] },
  ])
})

test('`and` binds tighter than `or`; a comma and a space bind to all that follows', () => {
  const [a, b, c] = [one('a'), one('b'), one('c')]
  const and = (left: object, right: object): object => ({ kind: 'and', left, right })
  const or = (left: object, right: object): object => ({ kind: 'or', left, right })
  expect(filter('a="1" and b="1" or c="1"')).toEqual(or(and(a, b), c))
  expect(filter('a="1" or b="1" and c="1"')).toEqual(or(a, and(b, c)))
  expect(filter('a="1", b="1" or c="1"')).toEqual(and(a, or(b, c)))
  expect(filter('a="1" b="1" or c="1"')).toEqual(and(a, or(b, c)))
  expect(filter('a="1" or b="1", c="1"')).toEqual(or(a, and(b, c)))
  expect(filter('(a="1" or b="1") c="1"')).toEqual(and(or(a, b), c))
})

test.each([
  ['x>5', 'number', 5], ['x>-1.5e3', 'number', -1500], ['x>1_000', 'number', 1000], ['x>0x10', 'number', 0], ['x>.5', 'number', 0.5],
  ['x>5s', 'duration', 5e9], ['x>-5s', 'duration', -5e9], ['x>1.5h', 'duration', 5400e9], ['x>1d12h', 'duration', 36 * 3600e9], ['x>100µs', 'duration', 1e5],
  ['x>5KB', 'bytes', 5000], ['x>1.5MB', 'bytes', 1.5e6], ['x>20B', 'bytes', 20],
])('the value of %s is a %s', (text, kind, value) => {
  expect(filter(text)).toEqual({ kind, name: 'x', op: '>', value })
})

test('a byte size is worth what Loki prints of it', () => {
  expect([filter('x>1234B'), filter('x>1KiB'), filter('x>5MiB')]).toMatchObject([{ value: 1200 }, { value: 1000 }, { value: 5_200_000 }])
})

test('`=` of numbers is `==`; addresses know only `=` and `!=`', () => {
  expect([filter('x=5'), filter('x==5'), filter('x!=5')]).toMatchObject([{ op: '==' }, { op: '==' }, { op: '!=' }])
  expect(filter('x!=ip("10.0.0.1")')).toEqual({ kind: 'ip', name: 'x', op: '!=', value: '10.0.0.1' })
})

test('a range may stand in each of its places', () => {
  const forms = ['{a="b"} | json [5m] offset 1m', '{a="b"}[5m] offset 1m | json', '({a="b"} | json)[5m] offset 1m', '({a="b"} | json [5m] offset 1m)', '(({a="b"}[5m] offset 1m | json))']
  const expected = parsed(`rate(${forms[0]})`)
  expect(expected).toMatchObject({ kind: 'range', rangeNano: 300_000_000_000n, offsetNano: 60_000_000_000n })
  for (const form of forms) expect(parsed(`rate(${form})`)).toEqual(expected)
})

test('an unwrap takes a conversion, and filters after it', () => {
  expect(parsed('quantile_over_time(0.9, {a="b"} | json | unwrap duration(d) | x>1 | __error__="" [1m] offset -30s) by (y)')).toEqual({
    kind: 'range', op: 'quantile_over_time', parameter: 0.9, rangeNano: 60_000_000_000n, offsetNano: -30_000_000_000n, grouping: { without: false, labels: ['y'] },
    log: { kind: 'log', matchers: [{ name: 'a', op: '=', value: 'b' }], stages: [{ kind: 'json', expressions: [] }] },
    unwrap: { label: 'd', conversion: 'duration', filters: [{ kind: 'number', name: 'x', op: '>', value: 1 }, { kind: 'string', name: '__error__', op: '=', value: '' }] },
  })
})

test('words of the language that are functions may name labels', () => {
  expect(filter('rate="1"')).toEqual(one('rate'))
  expect(parsed('sum by (bytes, ip) (rate({sum="1"} | unwrap duration [1m]))')).toMatchObject({ grouping: { labels: ['bytes', 'ip'] }, operand: { unwrap: { label: 'duration' } } })
})

test.each([
  ['vector(1) + vector(2) * vector(3)', '+', 'vectorLiteral', 'binary'], ['vector(1) - vector(2) - vector(3)', '-', 'binary', 'vectorLiteral'], ['vector(1) ^ vector(2) ^ vector(3)', '^', 'vectorLiteral', 'binary'],
  ['vector(1) or vector(2) and vector(3)', 'or', 'vectorLiteral', 'binary'], ['vector(1) > vector(2) + vector(3)', '>', 'vectorLiteral', 'binary'], ['vector(1) and vector(2) or vector(3)', 'or', 'binary', 'vectorLiteral'],
])('%s groups as arithmetic does', (query, op, left, right) => {
  expect(parsed(query)).toMatchObject({ kind: 'binary', op, left: { kind: left }, right: { kind: right } })
})

test.each([['1 + 2 * 3 ^ 2', 19], ['(1 + 2) * 3', 9], ['2 ^ 3 ^ 2', 512], ['-2 ^ 2', 4], ['7 % 4', 3], ['1 / 0', NaN], ['1 > 2', 0], ['1 <= 1', 1], ['1 - -1', 2], ['017', 17]])('%s is worked out while parsing', (query, value) => {
  expect(parsed(query)).toEqual({ kind: 'literal', value })
})

test('modifiers of an operator say which series meet', () => {
  expect(parsed('vector(1) > bool on (a, b) group_left (c) vector(2)')).toMatchObject({ op: '>', bool: true, matching: { on: true, labels: ['a', 'b'], group: 'left', include: ['c'] } })
  expect(parsed('vector(1) / ignoring (a) group_right vector(2)')).toMatchObject({ bool: false, matching: { on: false, labels: ['a'], group: 'right', include: [] } })
  expect(parsed('vector(1) * on () group_left () (vector(2))')).toMatchObject({ matching: { include: [] }, right: { kind: 'vectorLiteral' } })
})

test.each([
  '', ' ', '# nothing', '{}', '{a=~".*"}', '{a!="b"}', '{a=""}', '{a="b",}', '{a="b" c="d"}', '{by="x"}', '{1a="x"}', '{é="x"}', "{a='b'}", '{a="\\q"}', '{a="b', '{a="b"} |', '{a=~"("}',
  '{a="b"} |= x', '{a="b"} |~ "("', '{a="b"} |~ ip("1.1.1.1")', '{a="b"} |= ip("x")', '{a="b"} |> "<x>"', '({a="b"}) |= "x"', '{a="b"} | json x=y', '{a="b"} | json x="a..b"', '{a="b"} | logfmt x --strict', '{a="b"} | logfmt x="a b"',
  '{a="b"} | regexp "(.)"', '{a="b"} | regexp "(?P<x>.)(?P<x>.)"', '{a="b"} | pattern "<_>"', '{a="b"} | label_format x=y,x=z', '{a="b"} | label_format __error__=x', '{a="b"} | drop x,', '{a="b"} | x>5b', '{a="b"} | x>1h1d', '{a="b"} | x>5PB', '{a="b"} | x>0B', '{a="b"} | x>08', '{a="b"} | x>1e400', '{a="b"} | x=y', '{a="b"} | x>"1"', '{a="b"} | unwrap x', '{a="b"} | (x=1',
  'rate({a="b"})', 'rate({a="b"}[5])', 'rate({a="b"}[ 5m ])', 'rate({a="b"}[1.5h])', 'rate({a="b"}[5m]) by (x)', 'rate({a="b"}[5m]) offset 5m', 'rate({a="b"}[5m] offset - 5m)', 'sum_over_time({a="b"}[5m])', 'count_over_time({a="b"} | unwrap x [5m])', 'sum_over_time({a="b"} | unwrap x [5m]) by (y)', 'quantile_over_time({a="b"} | unwrap x [5m])', 'rate(1, {a="b"}[5m])', 'sum_over_time({a="b"} | unwrap x | json [5m])', 'rate((({a="b"}))[5m])',
  'topk(vector(1))', 'topk(0, vector(1))', 'topk(1.5, vector(1))', 'sum(2, vector(1))', 'sum(1)', 'sum({a="b"})', 'sum by (x,) (vector(1))', 'sum by (x) (vector(1)) by (y)', 'sort(vector(1)) by (x)', 'vector(-1)', 'vector()', 'group(vector(1))', 'label_replace(vector(1), "a", "b", "c")', 'label_replace(vector(1), "a", "b", "c", "(")',
  '{a="b"} + 1', '1 + {a="b"}', '1 and vector(1)', 'vector(1) or 1', '-vector(1)', '--1', '1 2', '0x10', 'Inf', '1e', '1__0', '5m', 'vector(1) + group_left vector(2)', 'vector(1) = 1', 'vector(1) * on () group_left (vector(2))', 'variants(vector(1)) of ({a="b"}[5m])',
])('%s is refused', (query) => {
  expect(() => parseLogQL(query)).toThrow(LogQLError)
})

test('an error names the place and repeats nothing of the query', () => {
  const refused = (query: string): string => { try { parseLogQL(query); return '' } catch (error) { return (error as Error).message } }
  expect(refused('{a="b"}\n  | json secret="x",')).toBe('parse error at line 2, col 21: syntax error: unexpected $end, expecting IDENTIFIER')
  expect(refused('{a="b"} | s3cr3t')).not.toContain('s3cr3t')
})

test('what only fails when it is run passes the syntax', () => {
  for (const query of ['{a="b"} |~ "("', '{a="b"} | json x="a..b"', 'sum(1)']) expect(parseSyntax(query)).toBeDefined()
})

test('a selector alone may be empty, and nothing may follow it', () => {
  expect(parseSelector('{}')).toEqual([])
  expect(parseSelector('{a!="b"}')).toEqual([{ name: 'a', op: '!=', value: 'b' }])
  expect(() => parseSelector('{a="b"} | json')).toThrow(LogQLError)
})

test('deep and endless queries are refused, not overflowed by', () => {
  const many = MAX_DEPTH * 3
  const hostile = ['('.repeat(many) + '1' + ')'.repeat(many), `{a="b"} | ${'('.repeat(many)}x=1`, `{a="b"} | ${Array.from({ length: many }, () => 'x=1').join(' or ')}`, `{a="b"} | ${Array.from({ length: many }, () => 'x=1').join(', ')}`, Array.from({ length: many }, () => 'vector(1)').join('+'), Array.from({ length: many }, () => 'vector(1)').join('^'), `rate(${'('.repeat(many)}{a="b"}[5m])`, `{a="${'b'.repeat(200_000)}"}`]
  for (const query of hostile) expect(() => parseLogQL(query)).toThrow(LogQLError)
  expect(filter(Array.from({ length: 500 }, () => 'x=1').join(' or '))).toBeDefined()
})
