// blotter redact

import { styleText } from 'node:util'
import { RedactionPolicyError, brokenExamples, effectsOf, fingerprintKey, nameRules } from '@blotter/processors'
import { randomBytes } from 'node:crypto'
import { parseYaml } from '../config.ts'
import { loadRedaction } from '../redact/load.ts'
import { partOf, shapeOf, tryOut } from '../redact/trial.ts'
import { rulesOf } from '../redact/view.ts'
import { UsageError, noMore, readFlags, textFlag } from './flags.ts'
import { keygen, openSealedIn, tokenFor } from './redact-keys.ts'
import { readSample } from './redact-sample.ts'
import { printable, table } from './table.ts'
import type { PolicyPart } from '@blotter/processors'
import type { Command, Flags } from './flags.ts'
import type { LoadedRedaction } from '../redact/load.ts'
import type { Found } from '../redact/trial.ts'

export const command: Command = {
  help: `blotter redact: what the redaction policy does, before it does it.

  blotter redact try [FILE|-]      what each rule does with a sample: a payload, a text, or an OTLP request in JSON
  blotter redact test              runs the examples of every rule, built in and your own; 1 when one is not true
  blotter redact rules [WORD]      all rules, or those whose id has the word, and what is done with what they find
  blotter redact keygen            makes a key pair for encryption; the public key goes into the policy
  blotter redact open [FILE|-]     shows what was encrypted, to the holder of the private key
  blotter redact token [FILE|-]    the token of a value, to look its records up by

  --redaction FILE   the policy (BLOTTER_REDACTION; default redaction.yaml here, else the built-in one)
  --workspace W      with its section of the policy (default default)
  --destination D    for what is forwarded there
  --event NAME       try: of the sample, for allow-lists (default sample)
  --show             try: the values themselves, instead of their shapes
  --out FILE         keygen: where the private key goes (default: printed)
  --identity FILE    open: the private key
  --data DIR         token: of a collector (BLOTTER_DATA; default ./blotter-data); asks nobody, needs its keys
  --rule ID          token: the rule by which it was tokenised (default field_tokenise)
  --json             the answer as JSON
`,
  async run(words) {
    const { flags, words: [action, ...rest] } = readFlags(words, ['redaction', 'workspace', 'destination', 'event', 'out', 'identity', 'data', 'rule'], ['show', 'json'])
    const [file] = rest
    noMore(rest.slice(1))
    switch (action) {
      case 'try': return attempt(flags, file)
      case 'rules': return rules(flags, file)
      case 'open': return openSealedIn(flags, file)
      case 'token': return tokenFor(flags, file)
      case 'test': noMore(rest); return test(flags)
      case 'keygen': noMore(rest); return keygen(flags)
      default: throw new UsageError('say try, test, rules, keygen, open or token; see --help')
    }
  },
}

function load(flags: Flags): Promise<LoadedRedaction> {
  const named = textFlag(flags, 'redaction') ?? process.env['BLOTTER_REDACTION']
  return loadRedaction([named ?? 'redaction.yaml'], named !== undefined, parseYaml)
}

const workspaceOf = (flags: Flags): string => textFlag(flags, 'workspace') ?? 'default'

function chosenPart({ policy }: LoadedRedaction, flags: Flags): PolicyPart {
  const destination = textFlag(flags, 'destination')
  if (destination !== undefined && !policy.destinations.has(destination)) throw new UsageError('the policy has no section for that destination')
  return partOf(policy, workspaceOf(flags), destination)
}

async function attempt(flags: Flags, file: string | undefined): Promise<number> {
  const loaded = await load(flags)
  chosenPart(loaded, flags)
  const key = fingerprintKey('sample', randomBytes(32)) // tokens look like this; the real ones come from the collector's key
  const records = await readSample(file, textFlag(flags, 'event') ?? 'sample')
  const found = records.flatMap((record, i) => tryOut(record, { policy: loaded.policy, workspace: workspaceOf(flags), destination: textFlag(flags, 'destination'), key }).found
    .map((one) => (records.length === 1 ? one : { ...one, where: `records[${i}].${one.where}` })))
  const shown = (one: Found): string => printable(flags['show'] === true ? String(typeof one.before === 'object' ? shapeOf(one.before) : one.before) : shapeOf(one.before))
  if (flags['json'] === true) {
    process.stdout.write(`${JSON.stringify({ policy: { source: loaded.source, version: loaded.policy.version }, found: found.map((one) => ({ where: one.where, rule: one.rule, action: one.action, before: shown(one), after: one.after })) }, null, 2)}\n`)
    return 0
  }
  process.stdout.write(`Policy: ${loaded.source} (version ${loaded.policy.version})\n\n`)
  process.stdout.write(found.length === 0 ? 'Nothing in it would be redacted.\n' : table(['WHERE', 'RULE', 'ACTION', 'BEFORE', 'AFTER'], found.map((one) => [printable(one.where), one.rule, one.action, shown(one), one.action === 'observe' ? 'as it is' : cut(one.after)])))
  return 0
}

function cut(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…]`
}

async function rules(flags: Flags, word = ''): Promise<number> {
  const loaded = await load(flags)
  const part = chosenPart(loaded, flags)
  const { ofRule } = effectsOf(part)
  const names = Object.entries(nameRules).map(([id, finds]) => ({ id, finds, action: ofRule(id), from: 'engine', examples: 0 }))
  const all = [...names, ...rulesOf(part).map(({ own, ...rule }) => ({ ...rule, from: own ? 'policy' : 'built-in' }))].filter(({ id }) => id.includes(word))
  if (flags['json'] === true) process.stdout.write(`${JSON.stringify({ policy: { source: loaded.source, version: loaded.policy.version }, rules: all }, null, 2)}\n`)
  else process.stdout.write(table(['RULE', 'FINDS', 'ACTION', 'FROM', 'EXAMPLES'], all.map(({ id, finds, action, from, examples }) => [id, finds, action, from, String(examples)])))
  return 0
}

async function test(flags: Flags): Promise<number> {
  try {
    const loaded = await load(flags)
    const parts = [loaded.policy.base, ...loaded.policy.workspaces.values(), ...loaded.policy.destinations.values()]
    const all = [...new Set(parts.flatMap((part) => effectsOf(part).rules))]
    const broken = all.flatMap((rule) => brokenExamples(rule).map(({ place, message }) => `${rule.id}: ${place}: ${message}`))
    const examples = all.reduce((sum, rule) => sum + rule.examples.finds.length + rule.examples.ignores.length, 0)
    const verdict = broken.length === 0 ? styleText('green', 'all true', { stream: process.stdout }) : styleText('red', `${broken.length} not true`, { stream: process.stdout })
    process.stdout.write(`${broken.map((line) => `${line}\n`).join('')}${all.length} rules, ${examples} examples: ${verdict}\n`)
    return broken.length === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof RedactionPolicyError)) throw error
    process.stdout.write(`${error.message}\n`)
    return 1
  }
}
