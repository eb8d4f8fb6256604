// Asks Loki and us every case and prints where answers differ:
//   BLOTTER_LOKI=/path/to/loki node --conditions=@blotter/source test/contract/loki/compare.ts [--generated 2500] [--group name] [--show 3] [--http | --store] [--record]

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allQuestions, storeQuestions } from './cases.ts'
import { createEntries } from './data.ts'
import { askOver, startOracle, type Oracle } from './oracle.ts'
import { createOurs } from './ours.ts'
import { verdict, type Answer, type Question } from './question.ts'
import { record } from './record.ts'
import { faultOf } from './known-faults.ts'
import { renamedQuestion } from './renamed.ts'
import { createReport, type Compared } from './report.ts'
import { serveEntries } from './served.ts'
import { storeEntries } from './stored.ts'
import { compareIndexes } from './indexes.ts'

const { values } = parseArgs({ options: { generated: { type: 'string', default: '2500' }, group: { type: 'string' }, show: { type: 'string', default: '3' }, record: { type: 'boolean', default: false }, out: { type: 'string' }, http: { type: 'boolean', default: false }, store: { type: 'boolean', default: false } } })

const PARALLEL = 4

async function main(): Promise<void> {
  const binary = process.env['BLOTTER_LOKI']
  if (binary === undefined) throw new Error('BLOTTER_LOKI has to be the path of a Loki binary')
  const directory = await mkdtemp(join(tmpdir(), 'blotter-loki-'))
  const sides = values.store ? await storedSides(binary, directory) : await entriesSides(binary, directory)
  try {
    const compared = await compareAll(sides)
    const report = createReport(compared, Number(values.show))
    console.log(report)
    if (values.out !== undefined) await writeFile(values.out, JSON.stringify(compared.filter(({ result }) => result === 'different'), undefined, 1))
    if (values.record && !values.store) await record(compared, sides.oracle)
  } finally {
    await sides.close()
    await rm(directory, { recursive: true, force: true })
  }
}

interface Sides { readonly oracle: Oracle; readonly ours: (question: Question) => Promise<Answer>; readonly asked: (question: Question) => Question; close(): Promise<void> }

async function entriesSides(binary: string, directory: string): Promise<Sides> {
  const entries = createEntries()
  const oracle = await startOracle(binary, directory, entries)
  const served = values.http ? await serveEntries(entries) : undefined
  const ours = served === undefined ? createOurs(entries) : (question: Question) => askOver(served.url, question)
  return { oracle, ours, asked: (question) => question, close: async () => { await served?.close(); await oracle.close() } }
}

/** Records in a real store, and in Loki after they were forwarded, which shows no names of events before 3.7. */
async function storedSides(binary: string, directory: string): Promise<Sides> {
  const stored = await storeEntries(binary, directory, createEntries())
  console.log(await compareIndexes(stored.url, stored.oracle.url))
  return { oracle: stored.oracle, ours: (question) => askOver(stored.url, question, 'event_name'), asked: renamedQuestion, close: () => stored.close() }
}

async function compareAll({ oracle, ours, asked }: Sides): Promise<readonly Compared[]> {
  const questions = [...allQuestions(Number(values.generated)), ...(values.store ? storeQuestions() : [])].filter(({ group }) => values.group === undefined || group.startsWith(values.group)).map(asked)
  const compared: Compared[] = []
  const rest = questions.entries()
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (const [index, question] of rest) compared[index] = await compare(question, oracle, ours)
  }))
  return compared
}

async function compare(question: Question, oracle: Oracle, ours: (question: Question) => Promise<Answer>): Promise<Compared> {
  const [theirs, mine] = await Promise.all([oracle.ask(question), ours(question).catch((error: unknown) => ({ refused: `BUG: ${error instanceof Error ? error.stack : String(error)}` }))])
  const isBug = 'refused' in mine && mine.refused.startsWith('BUG: ')
  const result = isBug ? 'different' : verdict(mine, theirs)
  if (result !== 'different') return { question, theirs, ours: mine, result }
  if (!isBug && faultOf(question.query, mine) !== undefined) return { question, theirs, ours: mine, result: 'fault' }
  return { question, theirs, ours: mine, result: (await isUnsteady(question, theirs, oracle)) ? 'unsteady' : 'different' }
}

/** Ties of topk and the like fall as Go's maps happen to be ordered. */
async function isUnsteady(question: Question, first: Answer, oracle: Oracle): Promise<boolean> {
  if (question.kind === 'log' || 'refused' in first) return false
  for (let again = 0; again < 4; again++) if (verdict(await oracle.ask(question), first) === 'different') return true
  return false
}

await main()
