// What redaction finds and what it damages, by the labelled corpus:
//   node --conditions=@blotter/source test/corpus/score.ts [--misses] [--altered] [--more FILE] [--rules ID,ID]
// `--more`: further labelled secrets as JSON, [{provider, text, secret?}], for measuring on what is not in the repository.
// `--misses`, `--altered`: the texts themselves, of the dev half only. `--rules`: with these rules alone.

import { readFileSync } from 'node:fs'
import { createValueRedactor } from '../../processors/redact/redact.ts'
import { builtinRules } from '../../processors/redact/rules/index.ts'
import { cleanCorpus } from './clean.ts'
import { nearMisses, personalCorpus } from './personal/index.ts'
import { halfOf, secretCorpus } from './secrets.ts'
import type { Rule } from '../../processors/redact/rule.ts'

export interface Labelled {
  readonly provider: string
  readonly text: string
  /** What must be gone. Without it any change of the text counts. */
  readonly secret?: string
}

export interface Recall {
  readonly found: number
  readonly of: number
}

export interface Altered {
  readonly kind: string
  readonly text: string
  readonly redacted: string
  readonly ruleIds: readonly string[]
}

export type Redactor = (text: string) => { readonly text: string; readonly ruleIds: readonly string[] }

export function createTextRedactor(rules: readonly Rule[] = builtinRules): Redactor {
  const redact = createValueRedactor({ rules })
  return function redactText(text) {
    const ruleIds: string[] = []
    const redacted = redact(text, (ruleId) => { ruleIds.push(ruleId) })
    return { text: typeof redacted === 'string' ? redacted : JSON.stringify(redacted), ruleIds }
  }
}

export function isFound({ text, secret }: Omit<Labelled, 'provider'>, redact: Redactor): boolean {
  const redacted = redact(text).text
  return redacted !== text && (secret === undefined || !redacted.includes(secret))
}

/** Recall by a property of the labelled texts: their provider, group, carrier or kind. */
export function recallBy<T extends Omit<Labelled, 'provider'>>(texts: readonly T[], property: (text: T) => string, redact: Redactor): ReadonlyMap<string, Recall> {
  const by = new Map<string, { found: number; of: number }>()
  for (const labelled of texts) {
    const name = property(labelled)
    const recall = by.get(name) ?? { found: 0, of: 0 }
    recall.of += 1
    if (isFound(labelled, redact)) recall.found += 1
    by.set(name, recall)
  }
  return by
}

export function totalOf(recalls: ReadonlyMap<string, Recall>): Recall {
  let found = 0
  let of = 0
  for (const recall of recalls.values()) { found += recall.found; of += recall.of }
  return { found, of }
}

export function alteredTexts(texts: readonly { readonly kind: string; readonly text: string }[], redact: Redactor): readonly Altered[] {
  return texts.flatMap(({ kind, text }) => {
    const redacted = redact(text)
    return redacted.text === text ? [] : [{ kind, text, redacted: redacted.text, ruleIds: redacted.ruleIds }]
  })
}

function main(parameters: readonly string[]): void {
  const valueOf = (name: string): string | undefined => parameters[parameters.indexOf(name) + 1]
  const ids = parameters.includes('--rules') ? valueOf('--rules')!.split(',') : undefined
  const redact = createTextRedactor(builtinRules.filter(({ id }) => ids?.includes(id) ?? true))
  const secrets = secretCorpus()
  printRecall('secrets by group', recallBy(secrets, ({ group }) => group, redact))
  printRecall('secrets by carrier', recallBy(secrets, ({ carrier }) => carrier, redact))
  printRecall('secrets by half', recallBy(secrets, ({ provider }) => halfOf(provider), redact))
  printAltered('clean texts', cleanCorpus(), redact, parameters.includes('--altered'))
  if (parameters.includes('--misses')) printMisses(secrets, redact)
  if (parameters.includes('--more')) printMore(valueOf('--more')!, redact, parameters.includes('--misses'))
  printRecall('personal data by kind', recallBy(personalCorpus().map(({ kind, text, value }) => ({ kind, text, secret: value })), ({ kind }) => kind, redact))
  printAltered('near misses', nearMisses().map((text) => ({ kind: 'near miss', text })), redact, parameters.includes('--altered'))
}

function printMore(file: string, redact: Redactor, withMisses: boolean): void {
  const more = (JSON.parse(readFileSync(file, 'utf8')) as (Labelled & { visible?: boolean })[]).filter(({ visible }) => visible !== false)
  printRecall(`further secrets by half`, recallBy(more, ({ provider }) => halfOf(provider), redact))
  const anyChange = recallBy(more.map(({ provider, text }) => ({ provider, text })), ({ provider }) => halfOf(provider), redact)
  printRecall('further secrets by half, any change counts', anyChange)
  if (withMisses) printMisses(more, redact)
}

function printRecall(title: string, recalls: ReadonlyMap<string, Recall>): void {
  const total = totalOf(recalls)
  console.log(`${title}: ${percent(total)} of ${total.of}`)
  for (const [name, recall] of [...recalls].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`  ${name.padEnd(24)} ${percent(recall).padStart(7)} of ${recall.of}`)
}

function printAltered(title: string, texts: readonly { readonly kind: string; readonly text: string }[], redact: Redactor, withTexts: boolean): void {
  const altered = alteredTexts(texts, redact)
  console.log(`${title} altered: ${altered.length} of ${texts.length} (${percent({ found: altered.length, of: texts.length })})`)
  const byRule = new Map<string, number>()
  for (const { ruleIds } of altered) for (const ruleId of new Set(ruleIds)) byRule.set(ruleId, (byRule.get(ruleId) ?? 0) + 1)
  for (const [ruleId, count] of [...byRule].sort(([, a], [, b]) => b - a)) console.log(`  ${ruleId.padEnd(24)} ${count}`)
  if (withTexts) for (const { kind, text, redacted, ruleIds } of altered) console.log(`  ${kind} ${ruleIds.join(',')}\n    ${JSON.stringify(text.slice(0, 200))}\n    ${JSON.stringify(redacted.slice(0, 200))}`)
}

/** Of the dev half: who looks at the other one has nothing left to measure with. */
function printMisses(texts: readonly Labelled[], redact: Redactor): void {
  for (const labelled of texts) if (halfOf(labelled.provider) === 'dev' && !isFound(labelled, redact)) console.log(`  missed: ${labelled.provider}: ${JSON.stringify(labelled.text.slice(0, 160))} => ${JSON.stringify(redact(labelled.text).text.slice(0, 160))}`)
}

function percent({ found, of }: Recall): string {
  return `${(of === 0 ? 0 : 100 * found / of).toFixed(1)} %`
}

if (import.meta.main) main(process.argv.slice(2))
