import { expect, test } from 'vitest'
import { formatLogQL, formatQuery } from './format.ts'
import { parseLogQL } from './parse.ts'

test.each([
  ['{ a = "b" , c!="d" }', '{a="b", c!="d"}'],
  ['{a="b"}!="c" or "d"', '{a="b"} != "c" != "d"'],
  ['{a="b"}|="c" or ip("1.1.1.1")', '{a="b"} |= "c" or ip("1.1.1.1")'],
  ['{a="b"} | logfmt --keep-empty --strict x, y="z" | json', '{a="b"} | logfmt --strict --keep-empty x="x",y="z" | json'],
  ['{a="b"} | x=1 and (y="2" or z>1.5h), w<5KiB', '{a="b"} | ( x==1 , ( ( y="2" or z>1h30m0s ) , w<5.1kB ) )'],
  ['{a="b"} | label_format x=y, z=`{{.a}}` | drop x, y=~"z" | keep w', '{a="b"} | label_format x=y,z="{{.a}}" | drop x,y=~"z" | keep w'],
  ['sum(rate({a="b"}[90s] offset 1d)) by (x, y)', 'sum by (x,y)(rate({a="b"}[1m30s] offset 24h0m0s))'],
  ['sum by () (rate({a="b"}[7d]))', 'sum(rate({a="b"}[1w]))'],
  ['quantile_over_time(.5, {a="b"} | unwrap duration(x) | y="" [0]) without ()', 'quantile_over_time(0.5,{a="b"} | unwrap duration(x) | y=""[0s]) without ()'],
  ['vector(1)>bool on(a) group_left(b) vector(2)', '(vector(1.000000) > bool on (a) group_left (b) vector(2.000000))'],
  ['vector(1) / on(a) vector(2)', '(vector(1.000000) / on (a)  vector(2.000000))'],
  ['label_replace(vector(1),"a","$1","b","(.*)")', 'label_replace(vector(1.000000),"a","$1","b","(.*)")'],
  ['1000000', '1e+06'], ['123456', '123456'], ['0.00001', '1e-05'], ['123456789.5', '1.234567895e+08'], ['1/0', 'NaN'],
])('%s is printed as %s', (query, text) => {
  expect(formatQuery(query)).toBe(text)
})

test('what does not fit on a line is laid out, a stage, an argument or an operand per line', () => {
  const long = 'a'.repeat(60)
  expect(formatQuery(`topk(2, sum by (x, y) (rate({a="b"} |= "${long}" != "c" | json | ${long}="1" [5m]))) / on (x) group_left vector(1)`)).toBe([
    '  topk(', '    2,', '    sum by (x, y)(', '      rate(', '        {a="b"}', `          |= "${long}" != "c"`, '          | json', `          | ${long}="1" [5m]`, '      )', '    )', '  )', '/ on (x) group_left', '  vector(1.000000)',
  ].join('\n'))
})

test.each([
  '{a="b"} |~ "c\\"d" or `e` | json x="y[0]" | x>=1e3 or (y!=5m and z==1GB) | line_format "{{.a}}\\n" | unpack | decolorize',
  'topk by (x) (3, avg_over_time({a="b"}[5m] offset -1m | json | unwrap bytes(y) | z=ip("10.0.0.0/8")) by (x))',
  '1 - vector(2) ^ vector(3) unless ignoring (x) sum without (y) (count_over_time({a="b"}[1h30m]))',
])('the text of %s means the same', (query) => {
  const expression = parseLogQL(query)
  expect(parseLogQL(formatLogQL(expression))).toEqual(expression)
})
