import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LogQLError } from '../errors.ts'
import { compileTemplate, TemplateError } from './template.ts'

/** A template, and its text, or an error of the line, or nothing: it is refused. */
type Row = [template: string, text?: string, problem?: string]
const rows = JSON.parse(readFileSync(new URL('testing/templates.json', import.meta.url), 'utf8')) as Row[]
const labels = new Map(Object.entries({ app: 'dump', name: 'Bob', n: '5', f: '3.7', empty: '', d: '1m5s', b: '5KB', u: 'héllo' }))
const timeNano = 1_709_528_766_123_456_789n // 2024-03-04T05:06:06Z

function render(template: string, line = 'hello World'): string {
  return compileTemplate(template).render({ line, timeNano, labels, nowNano: () => 1_700_000_000_000_000_000n })
}

/** The message of the error that rendering runs into. */
function problemOf(template: string): string {
  try {
    return `no error: ${render(template)}`
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError)
    return (error as Error).message
  }
}

test.each(rows)('%s is rendered, refused or fails as in Loki', (template, text, problem) => {
  if (text === undefined) expect(() => compileTemplate(template)).toThrow(LogQLError)
  else if (problem === undefined) expect(render(template)).toBe(text)
  else expect(problemOf(template)).toBe(problem)
})

test('errors name the template as Loki does, with line and byte', () => {
  expect(() => compileTemplate('é\n{{ lower 5 }}', 'label').render({ line: '', timeNano, labels })).toThrow(
    'template: label:2:9: executing "label" at <5>: expected string; found 5',
  )
  expect(problemOf('éé{{ .name.x }}')).toBe('template: line:1:12: executing "line" at <.name.x>: can\'t evaluate field x in type string')
})

test('what is refused is not repeated in the message', () => {
  for (const template of ['{{ secret }}', '{{ $secret }}', '{{ "secret', '{{ 1secret }}', '{{ template secret }}']) {
    expect(() => compileTemplate(template)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') as string }) as Error)
  }
})

test('the time of the line and the clock are times in UTC', () => {
  expect(render('{{ __timestamp__ }}|{{ now }}')).toBe('2024-03-04 05:06:06.123456789 +0000 UTC|2023-11-14 22:13:20 +0000 UTC')
  expect(render('{{ __timestamp__ | unixEpoch }} {{ __timestamp__ | unixEpochMillis }} {{ unixEpochNanos __timestamp__ }}')).toBe('1709528766 1709528766123 1709528766123456789')
  expect(render('{{ __timestamp__ | date "Mon Jan _2 15:04:05.000 MST 2006" }}')).toBe('Mon Mar  4 05:06:06.123 UTC 2024')
  expect(render('{{ date "2006-01-02" "no time" }}')).toBe('2023-11-14')
})

test('methods of times and durations can be called', () => {
  expect(render('{{ __timestamp__.Year }} {{ __timestamp__.Month }} {{ __timestamp__.Weekday }} {{ __timestamp__.YearDay }} {{ __timestamp__.Format "15h" }}')).toBe('2024 March Monday 64 05h')
  expect(render('{{ (__timestamp__.Sub now).Hours | printf "%.1f" }} {{ now.Before __timestamp__ }} {{ __timestamp__.Sub now }}')).toBe('2646.9 true 2646h52m46.123456789s')
  expect(problemOf('{{ __timestamp__.Format 5 }}')).toContain('wrong type for value; expected string; got int')
})

test.each([
  ['2006-01-02 15:04', 'Europe/Berlin', '2024-03-31 02:30', '2024-03-31 03:30:00 +0200 CEST'],
  ['2006-01-02 15:04', 'America/New_York', '2024-03-10 02:30', '2024-03-10 01:30:00 -0500 EST'],
  ['2006-01-02 15:04', 'Europe/Berlin', '2024-10-27 02:30', '2024-10-27 02:30:00 +0100 CET'],
  ['2006-01-02 15:04:05', 'Asia/Tokyo', '2021-12-02 10:00:00', '2021-12-02 10:00:00 +0900 JST'],
  ['2006-01-02 15:04:05', 'Australia/Sydney', '2021-12-02 10:00:00', '2021-12-02 10:00:00 +1100 AEDT'],
  ['2006-01-02 15:04:05', 'America/Sao_Paulo', '2021-12-02 10:00:00', '2021-12-02 10:00:00 -0300 -03'],
  ['2006-01-02', 'Nope/Nowhere', '2021-12-02', '2021-12-02 00:00:00 +0000 UTC'],
  ['2006-01-02', 'UTC', '2023-02-29', '0001-01-01 00:00:00 +0000 UTC'],
  ['02/Jan/2006:15:04:05 -0700', 'UTC', '17/May/2015:08:05:32 -0230', '2015-05-17 08:05:32 -0230 -0230'],
  ['2006-01-02T15:04:05Z07:00', 'Europe/Berlin', '2021-07-02T10:00:00.5+02:00', '2021-07-02 10:00:00.5 +0200 CEST'],
  ['2006-002', 'UTC', '2024-060', '2024-02-29 00:00:00 +0000 UTC'],
])('in the layout %s and the zone %s, %s is %s', (layout, zone, text, time) => {
  expect(render(`{{ toDateInZone ${JSON.stringify(layout)} ${JSON.stringify(zone)} ${JSON.stringify(text)} }}`)).toBe(time)
})

test.each([
  ['%5.1f|%+d|%05d|%-5d|%x|%X', '2.25 3 42 42 255 255', '  2.2|+3|00042|42   |ff|FF'],
  ['%e|%g|%G|%.3g|%.0f', '12345.678 1e6 1e-7 1234567.0 2.5', '1.234568e+04|1e+06|1E-07|1.23e+06|2'],
  ['%q|%x|%10.2s|%T', '"a\\"é" "hi" "héllo" .n', '"a\\"é"|6869|        hé|string'],
  ['%*d|%.*f|%[2]d %[1]d', '5 42 2 3.14159', '   42|3.14|42 5'],
  ['%x|%.2x|%X|%b', '3.5 1.999 0.1 1.5', '0x1.cp+01|0x1.00p+01|0X1.999999999999AP-04|6755399441055744p-52'],
  ['%d|%z|%', '"x" 5', '%!d(string=x)|%!z(int=5)|%!(NOVERB)'],
  ['%c|%U|%#U|%08b|%#x', '65 128512 233 5 255', 'A|U+1F600|U+00E9 \'é\'|00000101|0xff'],
])('printf %s of %s', (format, args, text) => {
  expect(render(`{{ printf ${JSON.stringify(format)} ${args} }}`)).toBe(text)
})

test('labels may have the names of what objects have', () => {
  const context = { line: '', timeNano, labels: new Map([['__proto__', 'p'], ['constructor', 'c']]) }
  expect(compileTemplate('{{ .__proto__ }}{{ .constructor }}{{ .toString }}{{ (fromJson "{}").constructor }}').render(context)).toBe('pc<no value>')
  expect(() => compileTemplate('{{ constructor }}')).toThrow(LogQLError)
})

test('a template can be rendered again, and knows nothing of the time before', () => {
  const template = compileTemplate('{{ $x := .n }}{{ range $i := fromJson "[1,2]" }}{{ $x = $i }}{{ end }}{{ $x }}')
  expect([template.render({ line: '', timeNano, labels }), template.render({ line: '', timeNano, labels })]).toEqual(['2', '2'])
})

test.each([
  '{{ repeat 2000000000 "x" }}', '{{ repeat 100000 (repeat 10000 "x") }}', '{{ range 1000000000 }}x{{ end }}', '{{ range 1000000000 }}{{ end }}',
  '{{ range 100000 }}{{ $x := repeat 1000000 "x" }}{{ end }}', '{{ regexReplaceAll "" (repeat 1000000 "a") (repeat 1000000 "b") }}',
  '{{ indent 2000000000 "x" }}', '{{ alignLeft 2000000000 "x" }}', '{{ alignRight 2000000000 "x" }}', '{{ printf "%1000000d%1000000d" 1 2 }}',
  '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}', '{{ define "a" }}{{ template "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
  '{{ $x := "aaaaaaaaaa" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}{{ $x }}', '{{ Replace (repeat 100000 "a") "" (repeat 1000 "b") -1 }}',
  '{{ $x := 1e300 }}{{ range 10000 }}{{ $x = mulf $x "1e-300" "1e300" $x }}{{ end }}', '{{ regexReplaceAll "" (repeat 10000 "a") (repeat 10000 "b") }}',
])('%s ends with an error soon', (template) => {
  const before = performance.now()
  expect(problemOf(template)).toMatch(/^template: line:1:\d+: executing /)
  expect(performance.now() - before).toBeLessThan(10_000)
})

test('deep nesting is refused instead of ending the process', () => {
  expect(() => compileTemplate(`{{ ${'('.repeat(10_000)}1${')'.repeat(10_000)} }}`)).toThrow(LogQLError)
  expect(() => compileTemplate('{{ if .a }}'.repeat(5000))).toThrow(LogQLError)
  expect(() => compileTemplate('x'.repeat(100_000))).toThrow(LogQLError)
  expect(compileTemplate('{{ fromJson .j }}').render({ line: '', timeNano, labels: new Map([['j', '['.repeat(100_000)]]) })).toBe('<no value>')
})
