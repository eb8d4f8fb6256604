// Secrets to plant, each told from all others, in every place of a record and every encoding that redaction undoes; and
// the look for them afterwards, in whatever form.

import { emptyRecord, valueMap } from '@blotter/processors'
import type { AuditRecord, Value } from '@blotter/processors'

export interface Planted { readonly where: string; readonly secret: string; readonly record: AuditRecord }

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const map = (entries: Record<string, Value>): Value => valueMap(Object.entries(entries))

/** A text that holds the secret. */
const texts: Readonly<Record<string, (secret: string) => string>> = {
  'an assignment': (secret) => `connect failed: password=${secret} host=db.example.com`,
  'a quoted assignment': (secret) => `Error: {"client_secret": "${secret}", "x": 1} at line 3`,
  'a header line': (secret) => `curl -H 'Authorization: Bearer ${secret}' https://example.com`,
  'a block of headers': (secret) => `POST / HTTP/1.1\r\nHost: example.com\r\nX-Api-Key: ${secret}\r\n`,
  'the password of a URL': (secret) => `postgres://app:${secret}@db.example.com:5432/shop`,
  'a query string': (secret) => `https://example.com/cb?a=1&access_token=${secret}#x`,
  'a form body': (secret) => `grant_type=code&client_secret=${secret}&a=1`,
  'percent-encoded text': (secret) => encodeURIComponent(`{"api_key":"${secret}"}`),
  'a percent-encoded URL in a URL': (secret) => `https://example.com/?next=${encodeURIComponent(`https://example.com/?access_token=${secret}`)}`,
  'base64': (secret) => base64(`the body was password=${secret} and so on`),
  'base64 in text': (secret) => `payload ${base64(`{"password":"${secret}"}`)} refused`,
  'base64url': (secret) => Buffer.from(`{"api_key":"${secret}","a":"??>>"}`).toString('base64url'),
  'JSON': (secret) => JSON.stringify({ a: [{ cvv: secret }] }),
  'JSON twice': (secret) => JSON.stringify({ body: JSON.stringify({ card: { securityCode: secret } }) }),
  'escaped JSON in text': (secret) => `body: ${JSON.stringify(JSON.stringify({ refresh_token: secret }))} end`,
  'JSON lines': (secret) => `{"a":1}\n{"password":"${secret}"}`,
  'JSON that is cut off': (secret) => `{"a":1,"client_secret":"${secret}","b":`,
  'a member that comes twice': (secret) => `{"password":"${secret}","password":null}`,
  'zero-width characters': (secret) => `pass\u200bword\u2060=${secret}`,
  'full-width letters': (secret) => `ｐａｓｓｗｏｒｄ=${secret}`,
  'a forged placeholder': (secret) => `password=[redacted:${secret}]`,
  'after a placeholder': (secret) => `{"password":"[redacted:key_name]${secret}"}`,
}

/** A part of a record that holds the text. */
const places: Readonly<Record<string, (text: string) => Partial<AuditRecord>>> = {
  'the body': (text) => ({ body: text }),
  'deep in the body': (text) => ({ body: map({ a: [map({ b: [[text]] })] }) }),
  'bytes': (text) => ({ body: map({ raw: new Uint8Array(Buffer.from(text)) }) }),
  'an attribute': (text) => ({ attributes: valueMap([['exception.message', text]]) }),
  'an attribute of our own': (text) => ({ attributes: valueMap([['blotter.reason', text]]) }),
  'a list of attributes': (text) => ({ attributes: valueMap([['process.command_args', ['run', text]]]) }),
  'a key': (text) => ({ attributes: valueMap([[text.slice(0, 256), 'x']]) }),
  'the resource': (text) => ({ resource: valueMap([['process.command', text]]) }),
  'the scope': (text) => ({ scopeName: text, scopeVersion: text }),
  'the severity': (text) => ({ severityText: text }),
  'the event name': (text) => ({ eventName: text.slice(0, 256) }),
}

/** Under a name that says it all. */
const named: Readonly<Record<string, (secret: string) => Partial<AuditRecord>>> = {
  'a header attribute': (secret) => ({ attributes: valueMap([['http.request.header.x-api-key', [secret]]]) }),
  'a name in any spelling': (secret) => ({ body: map({ 'API KEY': secret, apiKey: [secret], 'x.Client-Secret': map({ a: secret }) }) }),
  'a header as an object': (secret) => ({ body: [map({ name: 'Authorization', value: secret })] }),
  'a header as a pair': (secret) => ({ body: [['Cookie', secret]] }),
  'bytes under a name': (secret) => ({ body: map({ password: new Uint8Array(Buffer.from(secret)) }) }),
}

const cards = ['4000056655665556', '5200828282828210', '378282246310005', '6011000990139424']
const numbers: Readonly<Record<string, (card: string) => Partial<AuditRecord>>> = {
  'an int': (card) => ({ body: map({ reference: BigInt(card) }) }),
  'a double': (card) => ({ attributes: valueMap([['x.reference', Number(card)]]) }),
  'text in groups': (card) => ({ body: `paid with ${card.replace(/(.{4})(?=.)/g, '$1 ')}, thank you` }),
  'JSON': (card) => ({ body: `{"reference":${card}}` }),
}

/** Letters and digits that no encoding changes and no rule takes for prose. */
const stem = 'Zq7Kx'
export function secretOf(index: number): string {
  return `${stem}${(index + 0x1000).toString(36)}Wm4vT9bR2p`
}

export function plant(): readonly Planted[] {
  const planted: Planted[] = []
  const add = (where: string, secret: string, part: Partial<AuditRecord>): void => {
    const attributes = valueMap([...Object.entries(part.attributes ?? {}), ['blotter.request.id', `req-${planted.length}`]])
    planted.push({ where, secret, record: { ...emptyRecord, eventName: 'canary.test', timeUnixNano: 1_700_000_000_000_000_000n, ...part, attributes } })
  }
  for (const [text, write] of Object.entries(texts)) for (const [place, put] of Object.entries(places)) {
    const secret = secretOf(planted.length)
    add(`${text} in ${place}`, secret, put(write(secret)))
  }
  for (const [where, put] of Object.entries(named)) add(where, secretOf(planted.length), put(secretOf(planted.length)))
  for (const [index, [where, put]] of Object.entries(numbers).entries()) add(`a card number as ${where}`, cards[index]!, put(cards[index]!))
  return planted
}

function holdsAny(text: string, secret: string): boolean {
  return formsOf(secret).some((form) => text.includes(form))
}

/** What a search must look for: the secret, and how it looks inside base64, wherever it begins there. */
function formsOf(secret: string): readonly string[] {
  const inner = [0, 1, 2].map((shift) => base64(`${'x'.repeat(shift)}${secret}`).slice(shift === 0 ? 0 : 4, -4).replace(/=+$/, ''))
  return [secret, ...inner, Buffer.from(secret).toString('hex'), secret.split('').join('\u0000')]
}

/** Which of the secrets are in the bytes, by where they were planted. */
export function survivors(planted: readonly Pick<Planted, 'where' | 'secret'>[], content: Buffer | string): string[] {
  const text = typeof content === 'string' ? content : content.toString('latin1')
  const suspicious = holdsAny(text, stem)
  return planted.filter(({ secret }) => (suspicious || !secret.startsWith(stem)) && holdsAny(text, secret)).map(({ where }) => where)
}
