// Answers of Loki, kept so that they can be compared without one. Rows are long and many: of an answer only a digest is
// kept. Kept is what we answer equally: where we differ, compare.ts shows it, and whoever mends it records again.

import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { formatQuery } from '../../../collector/query/logql/format.ts'
import type { Answer, Question } from './question.ts'
import type { Oracle } from './oracle.ts'
import type { Compared } from './report.ts'

export const vectorsDirectory = new URL('../../vectors/logql/', import.meta.url)

export interface Recorded extends Question { readonly refused?: true; readonly digest?: string; readonly rows?: number }
export interface RecordedFormat { readonly query: string; /** Absent: refused. */ readonly text?: string }

/** Every how manieth case of a generated group is kept. */
const GENERATED_STRIDE = 4

export async function record(compared: readonly Compared[], oracle: Oracle): Promise<void> {
  await mkdir(vectorsDirectory, { recursive: true })
  const groups = Map.groupBy(compared.filter(({ result, question }, i) => result === 'same' && (!/generated|spoiled/.test(question.group) || i % GENERATED_STRIDE === 0)), ({ question }) => fileOf(question.group))
  for (const [file, cases] of groups) await writeLines(file, cases.map(recordedOf))
  const queries = [...new Set(compared.filter((_, i) => i % GENERATED_STRIDE === 1).map(({ question }) => question.query))].slice(0, 500)
  const formats: RecordedFormat[] = []
  for (const query of queries) {
    const text = await oracle.format(query)
    if (text === ours(query)) formats.push({ query, ...(text === undefined ? {} : { text }) })
  }
  await writeLines('format', formats)
}

function ours(query: string): string | undefined {
  try {
    return formatQuery(query)
  } catch {
    return undefined
  }
}

function fileOf(group: string): string {
  return group.replaceAll(' ', '-')
}

/** One case per line, so that a change shows as one. */
async function writeLines(file: string, cases: readonly unknown[]): Promise<void> {
  await writeFile(new URL(`${file}.json`, vectorsDirectory), `[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)
}

function recordedOf({ question, theirs }: Compared): Recorded {
  return { ...question, ...('refused' in theirs ? { refused: true } : { digest: digestOf(theirs), rows: theirs.rows.length }) }
}

export function digestOf(answer: Answer): string {
  return 'refused' in answer ? '' : createHash('sha256').update(answer.rows.join('\n')).digest('base64url').slice(0, 22)
}
