// What a comparison found, in figures and examples.

import type { Answer, Question } from './question.ts'

export interface Compared { readonly question: Question; readonly ours: Answer; readonly theirs: Answer; readonly result: 'same' | 'digits' | 'different' | 'unsteady' | 'fault' }

export function createReport(compared: readonly Compared[], examples: number): string {
  const groups = Map.groupBy(compared, ({ question }) => question.group)
  const lines = [...groups].map(([group, cases]) => `${group.padEnd(24)} ${figures(cases)}`)
  const shown = [...groups].flatMap(([group, cases]) => cases.filter(({ result }) => result === 'different').slice(0, examples).map((one) => `--- ${group}\n${example(one)}`))
  return [...shown, '', ...lines, `${'all'.padEnd(24)} ${figures(compared)}`].join('\n')
}

function figures(cases: readonly Compared[]): string {
  const count = (result: Compared['result'], among: readonly Compared[]): number => among.filter((one) => one.result === result).length
  const [valid, invalid] = [cases.filter(({ theirs }) => 'rows' in theirs), cases.filter(({ theirs }) => 'refused' in theirs)]
  const [digits, unsteady, faults] = [count('digits', valid), count('unsteady', valid), count('fault', cases)]
  const same = count('same', valid) + digits + unsteady
  const refused = invalid.filter(({ ours }) => 'refused' in ours).length
  return `valid ${valid.length}: same ${same} (${percent(same, valid.length)}; ${digits} but for last digits, ${unsteady} where Loki differs from itself) · invalid ${invalid.length}: refused ${refused} (${percent(refused, invalid.length)}) · known faults of Loki, counted as different: ${faults}`
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`
}

function example({ question, ours, theirs }: Compared): string {
  return `${question.kind} ${question.query}\n${difference(ours, theirs)}`
}

function difference(ours: Answer, theirs: Answer): string {
  if ('refused' in ours || 'refused' in theirs) return `  ours  ${brief(ours)}\n  Loki  ${brief(theirs)}`
  const [mine, others] = [new Set(ours.rows), new Set(theirs.rows)]
  const onlyOurs = ours.rows.filter((row) => !others.has(row))
  const onlyTheirs = theirs.rows.filter((row) => !mine.has(row))
  return `  ${ours.rows.length} and ${theirs.rows.length} rows; ${onlyOurs.length} only ours, ${onlyTheirs.length} only Loki's\n  ours  ${cut(onlyOurs[0] ?? '-')}\n  Loki  ${cut(onlyTheirs[0] ?? '-')}`
}

function brief(answer: Answer): string {
  return 'refused' in answer ? `refused: ${cut(answer.refused)}` : `${answer.rows.length} rows: ${cut(answer.rows[0] ?? '')}`
}

function cut(text: string): string {
  return text.length > 420 ? `${text.slice(0, 420)}…` : text
}
