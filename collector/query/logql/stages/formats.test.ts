import { expect, test } from 'vitest'
import { parsedBy, runStages, type Line } from '../../../../test/support/pipeline-lines.ts'

const line: Line = ['{"a":"1","b":"2"}', { k: 'kv' }]
const written = (stages: string): string | undefined => runStages(stages, [line])[0]?.line

test('line_format writes the line from all labels and the line itself', () => {
  expect(written('| json | line_format "{{.a}}-{{.k}}-{{.app}}-{{.nope}}-{{__line__}}"')).toBe('1-kv-shop--{"a":"1","b":"2"}')
  expect(written('| json | line_format "{{.a}}" | line_format "<{{__line__}}>"')).toBe('<1>')
  expect(runStages('| json | line_format "{{.a}}{{.b}}" |= "12"', [line])).toHaveLength(1)
})

test('templates see errors and their details; one that is a label alone does not', () => {
  expect(runStages('| json | line_format "{{.__error__}}: {{.__error_details__}}"', ['x'])[0]?.line).toMatch(/^JSONParserErr: Value looks like object/)
  expect(runStages('| json | line_format "{{.__error__}}"', ['x'])[0]?.line).toBe('')
  expect(parsedBy('| json | label_format q="{{.__error__}}"', ['x'])[0]?.q).toBe('JSONParserErr')
})

test('a template that fails leaves the line or label as it was, with an error', () => {
  const [shown] = runStages('| json | line_format "{{div 1 0}}"', [line])
  expect(shown).toMatchObject({ line: line[0], parsed: { a: '1', __error__: 'TemplateFormatErr' } })
  expect(shown?.parsed.__error_details__).toContain('template: line:1:2: executing "line"')
  const [labels] = parsedBy('| json | label_format a="{{div 1 0}}", c="ok"', [line])
  expect(labels).toMatchObject({ a: '1', c: 'ok', __error__: 'TemplateFormatErr' })
  expect(labels?.__error_details__).toContain('executing "label"')
})

test('templates of one label_format see the labels as they were at the first of them', () => {
  expect(parsedBy('| json | label_format q="{{.a}}", a="n", r="{{.a}}{{.q}}"', [line])).toEqual([{ a: 'n', b: '2', q: '1', r: '1' }])
  expect(parsedBy('| json | label_format c=a, q="[{{.c}}|{{.a}}]"', [line])).toEqual([{ b: '2', c: '1', q: '[1|]' }])
  expect(parsedBy('| json | label_format a="{{.a}}x"', [line])).toEqual([{ a: '1x', b: '2' }])
})

test('a template that asks for all labels gets them', () => {
  expect(written('| json | keep a, k | line_format "{{range $name, $value := .}}{{$name}}={{$value}} {{end}}"')).toBe('a=1 k=kv ')
})

test('decolorize takes colours out of the line', () => {
  expect(runStages('| decolorize', ['\u001b[31mred\u001b[0m'])[0]?.line).toBe('red')
})
