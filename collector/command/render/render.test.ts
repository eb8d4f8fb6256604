import { describe, expect, test } from 'vitest'
import { LogQLError } from '../../query/logql/errors.ts'
import { emptyAnswer, hostileAnswer, incident, recordView } from '../../query/timeline/testing/answers.ts'
import { underlined } from './caret.ts'
import { renderEntry } from './entries.ts'
import { grid } from './grid.ts'
import { plainScreen, screenOf } from './screen.ts'
import { renderMatrix } from './series.ts'
import { sparkLine } from './spark.ts'
import { renderTimeline } from './timeline.ts'
import { cut, widthOf } from './width.ts'
import type { Screen } from './screen.ts'

const narrow = (width: number): Screen => ({ width, paint: (_, text) => text })
const look = { time: 'utc', why: false } as const

describe('widths are those of a terminal', () => {
  test.each([['plain', 5], ['', 0], ['日本語', 6], ['한국', 4], ['e\u0301', 1], ['👍', 2], ['👩\u200d🚀', 2], ['🇩🇪', 2], ['\u001b[31mred\u001b[39m', 3], ['ｆｕｌｌ', 8], ['→…', 2]])('%j takes %i cells', (text, width) => {
    expect(widthOf(text)).toBe(width)
  })

  test('a text is cut between characters, never within one, and fits', () => {
    for (const text of ['日本語のテキスト', 'plain text that is long', 'e\u0301e\u0301e\u0301e\u0301', '👩\u200d🚀👩\u200d🚀👩\u200d🚀']) {
      for (let most = 0; most < 12; most += 1) expect(widthOf(cut(text, most))).toBeLessThanOrEqual(most)
    }
    expect([cut('日本語', 4), cut('abc', 3), cut('abcd', 3)]).toEqual(['日…', 'abc', 'ab…'])
  })
})

describe('a grid', () => {
  const columns = [{ title: 'A' }, { title: 'B', least: 4 }, { title: 'C', least: 4 }, { title: 'D' }]
  const rows = [{ cells: [{ text: 'id' }, { text: 'a long text that may be cut' }, { text: 'short' }, { text: '' }] }]

  test('leaves out columns in which nothing stands, and cuts nothing in a pipe', () => {
    expect(grid(columns, rows, plainScreen)).toBe('A   B                            C\nid  a long text that may be cut  short\n')
  })

  test('cuts the widest column first, down to what it must keep', () => {
    expect(grid(columns, rows, narrow(24))).toBe('A   B              C\nid  a long text …  short\n')
  })

  test('stacks rows where even that is not enough', () => {
    expect(grid(columns, rows, narrow(9))).toBe('id\n  b a lo…\n  c short\n')
  })

  test.each([20, 30, 40, 60, 80, 120, 200])('no line of a timeline is wider than a terminal of %i cells', (width) => {
    const wide = { ...incident, records: [...incident.records, recordView(30, { reason: '日本語の長い理由がここにあります。'.repeat(5), integration: '決済' })] }
    for (const line of renderTimeline(wide, { time: 'utc', why: true }, narrow(width)).split('\n').filter((text) => !/^[A-Z2].*[.,]/.test(text))) expect(widthOf(line)).toBeLessThanOrEqual(width)
  })
})

describe('a timeline', () => {
  test('shows folded attempts, the silence in its place, milestones, clocks, and how far the sources are', () => {
    const lines = renderTimeline(incident, look, plainScreen).split('\n').map((line) => line.replace(/\s{2,}/g, ' | '))
    expect(lines[0]).toBe('2026-11-24, 9 records in 5 rows, workspace shop, environment production, times in UTC')
    expect(lines[4]).toBe('06:10:02.123 | payments | retry-automation | EXECUTE | payment:pay_1 | failure | ×5 over 12 s | no answer within 400 ms | ← first failure | same delivery')
    expect(lines[5]).toBe('— 17 min without a record from stripe (usually every 2 min) —')
    expect(lines[6]).toBe('06:10:20.123 | payments | retry-automation | EXECUTE | payment:pay_1 | denied | the provider refuses our key | ← last failure')
    expect(lines).toContain('Not followed: fingerprint hmac-sha256:e1:00 is shared by 4000 records.')
    expect(lines).toContain('The clock of crm is 2.5 s behind payments (± 120 ms, from 7 pairs); no time was corrected.')
    expect(lines).toContain('All sources drained up to 2026-11-24 06:30:00.000 UTC.')
  })

  test('tells times as what has passed since it began', () => {
    const text = renderTimeline(incident, { time: 'relative', why: false }, plainScreen)
    expect(text).toContain('times since 2026-11-24 06:10:01.123 UTC')
    expect(text).toMatch(/^\+0\.000 s /m)
    expect(text).toMatch(/^\+21\.000 s /m)
  })

  test('tells dates where a day ends', () => {
    const records = [recordView(1, { occurredAt: '2026-11-23T23:59:59.000000000Z' }), recordView(2, { occurredAt: '2026-11-24T00:00:01.000000000Z' })]
    expect(renderTimeline({ ...emptyAnswer, records }, look, plainScreen)).toMatch(/^2026-11-23 23:59:59\.000 .*\n2026-11-24 00:00:01\.000 /m)
  })

  test('says why each record is there, back to the question', () => {
    const records = [recordView(1), recordView(2, { via: { link: 'delivery_id', id: 'evt_1', from: 'rec-1' } }), recordView(3, { via: { link: 'fingerprint', id: 'fp', from: 'rec-2' } }), recordView(4, { via: { link: 'trace_id', id: 'tr', from: 'rec-99' } })]
    const text = renderTimeline({ ...emptyAnswer, records }, { time: 'utc', why: true }, plainScreen)
    expect(text).toContain('└ matches the question')
    expect(text).toContain('└ shares fingerprint fp with retry-automation EXECUTE at 06:10:02.123 (rec-2)\n      shares delivery id evt_1 with retry-automation EXECUTE at 06:10:01.123 (rec-1)\n      rec-1 matches the question')
    expect(text).toContain('└ shares trace id tr with a record that is not shown')
  })

  test('a chain that leads back into itself ends', () => {
    const records = [recordView(1, { via: { link: 'trace_id', id: 't', from: 'rec-2' } }), recordView(2, { via: { link: 'trace_id', id: 't', from: 'rec-1' } })]
    expect(renderTimeline({ ...emptyAnswer, records }, { time: 'utc', why: true }, plainScreen).length).toBeLessThan(4000)
  })

  test('obeys nothing that a sender wrote', () => {
    // oxlint-disable-next-line no-control-regex
    expect(renderTimeline(hostileAnswer, { time: 'utc', why: true }, plainScreen)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })

  test('says that nothing was found, and what may be wrong', () => {
    expect(renderTimeline(emptyAnswer, look, plainScreen)).toMatch(/^No records match\. Is the id right/)
  })
})

test('a screen that is no terminal is endless, and a terminal is as wide as it says', () => {
  const pipe = { isTTY: false } as NodeJS.WriteStream
  const terminal = { isTTY: true, columns: 72 } as NodeJS.WriteStream
  expect([screenOf(pipe, {}).width, screenOf(terminal, {}).width, screenOf(terminal, { COLUMNS: '50' }).width, screenOf(terminal, { COLUMNS: 'x' }).width]).toEqual([Number.POSITIVE_INFINITY, 72, 50, 72])
})

test('a mistake in a query is shown in its place, also in a long one, a wide one, and one of several lines', () => {
  const at = (query: string, line: number, column: number): string[] => underlined(query, new LogQLError('unexpected }', line, column), plainScreen).split('\n')
  expect(at('{a="b" }}', 1, 9)).toEqual(['parse error at line 1, col 9: unexpected }', '', '  {a="b" }}', '          ^'])
  expect(at('{a="日本" }}', 1, 10).at(-1)).toBe(`  ${' '.repeat(11)}^`)
  expect(at('{a="b"}\n| json }', 2, 8).slice(2)).toEqual(['  | json }', '         ^'])
  const long = at(`{a="${'x'.repeat(500)}"}}`, 1, 507)
  expect(long[2]!.length).toBeLessThan(120)
  expect(long[2]![long[3]!.indexOf('^')]).toBe('}')
  expect(underlined('{}', new LogQLError('means nothing'), plainScreen)).toBe('parse error : means nothing')
})

test('a course shows its shape, its gaps, and a peak that lasts one step', () => {
  expect(sparkLine([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█')
  expect(sparkLine([5, 5, undefined, 5], 8)).toBe('▁▁ ▁')
  expect(sparkLine([...Array.from({ length: 1000 }, () => 0), 9, ...Array.from({ length: 1000 }, () => 0)], 20)).toContain('█')
  expect(sparkLine([0, Number.POSITIVE_INFINITY, Number.NaN, 1], 4)).toBe('▁█ █')
})

test('series stand below each other on the same steps', () => {
  const text = renderMatrix([{ metric: { a: 'x' }, values: [[0, '1'], [60, '2'], [120, '3']] }, { metric: {}, values: [[120, 'NaN']] }], 60, plainScreen)
  expect(text.split('\n').map((line) => line.replace(/\s{2,}/g, ' | '))).toEqual(['SERIES | LAST | LEAST | MOST | MEAN | COURSE', '{a="x"} | 3 | 1 | 3 | 2 | ▁▅█', '{} | NaN | NaN | NaN | NaN', ''])
})

test('a raw line is as it was in a pipe, and harmless on a terminal', () => {
  const entry = { timeNano: 1n, line: 'a\u001b[31m\nb', labels: { level: 'error' } }
  const raw = { time: 'utc', labels: false, raw: true } as const
  expect(renderEntry(entry, raw, '1970-01-01T00:00:00.000000001Z', plainScreen)).toBe('a\u001b[31m\nb\n')
  expect(renderEntry(entry, raw, '1970-01-01T00:00:00.000000001Z', narrow(80))).toBe('a·[31m·b\n')
  expect(renderEntry(entry, { ...raw, raw: false, labels: true }, '1970-01-01T00:00:00.000000001Z', plainScreen)).toBe('1970-01-01 00:00:00.000  a·[31m·b\n    level=error\n')
})
