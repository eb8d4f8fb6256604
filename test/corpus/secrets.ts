// The labelled secrets: shapes of test/corpus/secrets/*.txt, drawn from a seed, in the carriers in which they are found.

import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { createRandom } from '../support/random.ts'
import { drawShape } from './draw.ts'

export interface LabelledSecret {
  readonly provider: string
  /** The file it comes from. */
  readonly group: string
  readonly carrier: string
  readonly text: string
  /** What must be gone from the text. */
  readonly secret: string
}

interface Shape { readonly provider: string; readonly group: string; readonly name: string; readonly shape: string; readonly alone: boolean }

const folder = new URL('secrets/', import.meta.url)

export function secretCorpus(seed = 20_261_124): readonly LabelledSecret[] {
  const random = createRandom(seed)
  return shapes().flatMap((shape) => Object.entries(carriers).flatMap(([carrier, carry]) => {
    const drawn = drawShape(random, shape.shape)
    const text = carry(shape.name, drawn)
    if (text === undefined || (carrier === 'alone' && !shape.alone)) return []
    const secret = [gone(drawn), encodeURIComponent(gone(drawn))].find((form) => text.includes(form))
    if (secret === undefined) throw new Error(`BUG: the secret of ${shape.provider} is not in its own text (${carrier})`)
    return [{ provider: shape.provider, group: shape.group, carrier, text, secret }]
  }))
}

/** Providers in two halves: rules are written looking at one of them only, and measured on both. */
export function halfOf(provider: string): 'dev' | 'test' {
  return createHash('sha256').update(provider).digest()[0]! % 2 === 0 ? 'dev' : 'test'
}

function shapes(): readonly Shape[] {
  return readdirSync(folder).filter((file) => file.endsWith('.txt')).sort().flatMap((file) => readFileSync(new URL(file, folder), 'utf8').trim().split('\n').map((line) => {
    const [provider, name, shape, carrier] = line.split(' | ')
    if (carrier !== 'any' && carrier !== 'named') throw new Error(`BUG: a line of ${file} must be "provider | name | shape | any or named"; got ${line}`)
    return { provider: provider!, group: file.replace('.txt', ''), name: name!, shape: shape!, alone: carrier === 'any' }
  }))
}

/** Of an address or a connection string only the drawn part is secret; of a key in PEM its first line. */
function gone(secret: string): string {
  const inAddress = /:\/\/[^/:]*:([^@]+)@|:\/\/([0-9a-f]{32})@|[?&;](?:sig|password|accountkey|sharedaccesskey)=([^;&]+)/i.exec(secret)
  const part = inAddress?.[1] ?? inAddress?.[2] ?? inAddress?.[3]
  if (part !== undefined) return part
  return secret.includes('\n') ? secret.split('\n')[1]! : /^https:\/\/.*\/([^/]+)\/?$/.exec(secret)?.[1] ?? secret
}

const camel = (name: string): string => name.toLowerCase().replace(/[_ ]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
const kebab = (name: string): string => name.toLowerCase().replaceAll('_', '-')
const isLine = (secret: string): boolean => !/[\n ]/.test(secret)
const isToken = (secret: string): boolean => /^[\w.~!$+/=:-]+$/.test(secret) && !secret.includes('://')

const carriers: Readonly<Record<string, (name: string, secret: string) => string | undefined>> = {
  env: (name, secret) => `export ${name}=${isLine(secret) && !/[&;]/.test(secret) ? secret : `"${secret}"`}\n`,
  json: (name, secret) => JSON.stringify({ region: 'eu-west-1', [camel(name)]: secret, retries: 3 }),
  yaml: (name, secret) => `shop:\n  ${name.toLowerCase()}: ${isLine(secret) ? secret : `"${secret.replaceAll('\n', '\\n')}"`}\n  retries: 3\n`,
  code: (name, secret) => `const ${camel(name)} = '${secret.replaceAll('\n', '\\n')}' // used by the worker`,
  header: (name, secret) => (isToken(secret) ? `GET /v1/things HTTP/1.1\r\nx-${kebab(name)}: ${secret}\r\naccept: */*\r\n` : undefined),
  url: (name, secret) => (isToken(secret) ? `https://api.example.com/v1/things?limit=5&${name.toLowerCase()}=${encodeURIComponent(secret)}` : undefined),
  log: (name, secret) => `2026-11-24T06:10:34Z ERROR request failed status=401 ${name.toLowerCase()}=${secret.replaceAll('\n', '\\n')} attempt=2`,
  flag: (name, secret) => (isToken(secret) && !/[$!]/.test(secret) ? `deploy --region eu --${kebab(name)} ${secret} --verbose` : undefined),
  alone: (_, secret) => `Here it is: ${secret} (please delete this message)`,
}
