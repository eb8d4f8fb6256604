import { expect, test } from 'vitest'
import { algorithms } from '../algorithms.ts'
import { rawRequest } from '../request.ts'
import type { RawRequest } from '../scheme.ts'
import { createRfc9421 } from '../schemes/rfc9421.ts'
import { componentValue, targetUrl } from './components.ts'
import { contentDigest, digestMatches } from './digest.ts'
import { keyOf } from './keys.ts'
import { keys, request, responseVector, vectors } from './vectors.fixture.ts'
import type { Vector } from './vectors.fixture.ts'

const body = Buffer.from(request.body)
/** Accepts whatever the examples cover, which for B.2.1 is nothing at all. */
const lenient = createRfc9421({ components: [], parameters: [] })

function signed(vector: Vector, headers: Record<string, string> = {}): RawRequest {
  const label = vector.input.slice(0, vector.input.indexOf('='))
  return rawRequest({ ...request, body, headers: { ...request.headers, 'signature-input': vector.input, signature: `${label}=:${vector.signature}:`, ...headers } }, {})
}

test.each(vectors)('$name of RFC 9421 has the published base and verifies', (vector) => {
  const candidates = lenient.read(signed(vector)).filter(({ algorithm }) => algorithm === vector.algorithm)
  expect(candidates).toHaveLength(1)
  expect(candidates[0]!.signed()).toEqual([vector.base])
  expect(candidates[0]!.sentAtMs).toBe(1618884473000)
  const key = lenient.keyOf(keys[vector.key], vector.algorithm, 'verify')!
  expect(algorithms[vector.algorithm].checker(key, [vector.base])(candidates[0]!.signature)).toBe(true)
  expect(algorithms[vector.algorithm].checker(key, [`${vector.base} `])(candidates[0]!.signature)).toBe(false)
})

test('B.2.4 of RFC 9421, which signs a response, verifies by its base', () => {
  const key = keyOf(keys.p256, 'ecdsa-p256-sha256-raw', 'verify')!
  const check = algorithms['ecdsa-p256-sha256-raw'].checker(key, [responseVector.base])
  expect(check(Buffer.from(responseVector.signature, 'base64'))).toBe(true)
})

test.each(vectors.filter(({ algorithm }) => algorithm !== 'rsa-pss-sha512'))('$name, which has no randomness, is written as it is published', (vector) => {
  const key = vector.key === 'ed25519' ? keys.ed25519Private : keys[vector.key]
  const signature = algorithms[vector.algorithm].sign(keyOf(key, vector.algorithm, 'sign')!, [vector.base])
  expect(Buffer.from(signature).toString('base64')).toBe(vector.signature)
})

test('what a signature must cover and carry is asked for by default', () => {
  const strict = createRfc9421()
  const sufficient = vectors.filter((vector) => vector.name === 'B.2.3 full')
  for (const vector of sufficient) expect(strict.read(signed(vector))[0]).toMatchObject({ covered: 'url+body' })
  for (const vector of vectors) if (!sufficient.includes(vector)) expect(() => strict.read(signed(vector)), vector.name).toThrow(expect.objectContaining({ reason: 'not_covered' }))
  const only = createRfc9421({ components: ['content-digest'], parameters: ['created', 'keyid'] })
  expect(only.read(signed(vectors[2]!))[0]).toMatchObject({ covered: 'url+body', hint: { keyId: 'test-key-rsa-pss' } })
  expect(only.read(signed(vectors[1]!))[0]).toMatchObject({ covered: 'body' })
  expect(lenient.read(signed(vectors[4]!))[0]).toMatchObject({ covered: 'partial' })
  expect(() => createRfc9421({ components: [], parameters: [], tag: 'webhook' }).read(signed(vectors[1]!))).toThrow(expect.objectContaining({ reason: 'not_covered' }))
  expect(createRfc9421({ components: [], parameters: [], tag: 'header-example' }).read(signed(vectors[1]!))).not.toHaveLength(0)
})

test('alg rules algorithms out and never in', () => {
  const withAlg = (alg: string): readonly string[] => lenient.read(signed({ ...vectors[4]!, input: `${vectors[4]!.input};alg=${alg}` })).map(({ algorithm }) => algorithm)
  expect(withAlg('"ed25519"')).toEqual(['ed25519'])
  expect(() => withAlg('"rsa-v1_5-sha256"')).toThrow(expect.objectContaining({ reason: 'forbidden_algorithm' }))
  expect(() => withAlg('"none"')).toThrow(expect.objectContaining({ reason: 'forbidden_algorithm' }))
  expect(() => withAlg('ed25519')).toThrow(expect.objectContaining({ reason: 'not_covered' })) // a token where a string belongs
})

test('a label counts when it is in both fields, and too many are refused before anything is hashed', () => {
  const [vector] = vectors
  expect(() => lenient.read(signed(vector!, { signature: 'other=:AAAA:' }))).toThrow(expect.objectContaining({ reason: 'malformed' }))
  expect(() => lenient.read(signed(vector!, { signature: '' }))).toThrow(expect.objectContaining({ reason: 'missing_signature' }))
  expect(() => lenient.read(rawRequest({ ...request, body, headers: request.headers }, {}))).toThrow(expect.objectContaining({ reason: 'missing_signature' }))
  const many = Array.from({ length: 9 }, (_, index) => `s${index}=()`).join(', ')
  expect(() => lenient.read(signed(vector!, { 'signature-input': many }))).toThrow(expect.objectContaining({ reason: 'too_many_signatures' }))
  const two = lenient.read(signed(vector!, { 'signature-input': `${vector!.input}, other=("@method")`, signature: `other=:AAAA:, sig-b21=:${vector!.signature}:` }))
  expect(new Set(two.map(({ signature }) => signature)).size).toBe(2)
})

test('the parts of a URL are what was sent, only the host is made one', () => {
  expect(targetUrl('HTTPS://Example.COM:443/a/../b//c%2f?x=%61')).toEqual({ scheme: 'https', authority: 'example.com', path: '/a/../b//c%2f', query: '?x=%61' })
  expect(targetUrl('http://example.com:8080')).toEqual({ scheme: 'http', authority: 'example.com:8080', path: '/', query: '' })
  for (const bad of ['/path', 'https://user@example.com/', 'https://example.com/#f', 'ftp://example.com/', 'https://', 'https://a\\b/', 'https://a b/']) expect(targetUrl(bad), bad).toBeUndefined()
})

test('each derived component has its value, and one that is not known has none', () => {
  const raw = rawRequest({ method: 'post', url: 'https://Example.com/p?a=b+c&a%20b=%C3%BC!&d=1&d=2', headers: { 'x-a': ' \tvalue \t', 'x-b': 'ü', 'x-empty': '' }, body }, {})
  const value = (name: string, parameters: Record<string, string | boolean> = {}): string | undefined => componentValue({ value: name, parameters: new Map(Object.entries(parameters)) }, raw, targetUrl(raw.url)!)
  expect(value('@method')).toBe('POST')
  expect(value('@target-uri')).toBe('https://example.com/p?a=b+c&a%20b=%C3%BC!&d=1&d=2')
  expect(value('@authority')).toBe('example.com')
  expect(value('@scheme')).toBe('https')
  expect(value('@request-target')).toBe('/p?a=b+c&a%20b=%C3%BC!&d=1&d=2')
  expect(value('@path')).toBe('/p')
  expect(value('@query')).toBe('?a=b+c&a%20b=%C3%BC!&d=1&d=2')
  expect(value('@query-param', { name: 'a' })).toBe('b%20c')
  expect(value('@query-param', { name: 'a%20b' })).toBe('%C3%BC%21')
  expect(value('@query-param', { name: 'd' })).toBeUndefined() // twice
  expect(value('@query-param', { name: 'none' })).toBeUndefined()
  expect(value('x-a')).toBe('value')
  expect(value('x-empty')).toBe('')
  for (const name of ['x-b', 'x-none', '@status', 'X-A', 'constructor', '@constructor']) expect(value(name), name).toBeUndefined()
  for (const parameter of ['sf', 'bs', 'req', 'tr']) expect(value('x-a', { [parameter]: true }), parameter).toBeUndefined()
})

test('a digest of the body must be a known one, and every known one must be right', () => {
  expect(digestMatches(request.headers['content-digest'], body)).toBe(true)
  expect(digestMatches(contentDigest(body), body)).toBe(true)
  expect(digestMatches(contentDigest(Buffer.alloc(0)), Buffer.alloc(0))).toBe(true)
  expect(digestMatches(`${contentDigest(body)}, md5=:AAAA:`, body)).toBe(true)
  expect(digestMatches(`${contentDigest(body)}, sha-512=:AAAA:`, body)).toBe(false)
  for (const bad of [undefined, '', 'md5=:AAAA:', 'sha-256=:AAAA:', contentDigest(Buffer.from('other'))]) expect(digestMatches(bad, body), bad).toBe(false)
})

test('a secret is of the algorithm that its own type says, and a public key is never a shared secret', () => {
  const all = ['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256-raw', 'rsa-pss-sha512', 'rsa-sha256'] as const
  const usable = (secret: string): readonly string[] => all.filter((algorithm) => keyOf(secret, algorithm, 'verify') !== undefined)
  expect(usable(keys.ed25519)).toEqual(['ed25519'])
  expect(usable(keys.p256)).toEqual(['ecdsa-p256-sha256-raw'])
  expect(usable(keys.rsaPss)).toEqual(['rsa-pss-sha512', 'rsa-sha256'])
  expect(usable(keys.sharedSecret)).toEqual(['hmac-sha256'])
  expect(usable(JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' }))).toEqual(['ed25519'])
  for (const bad of ['', 'secret', 'uzvJfB4u3N0Jy4T7NZ75MA==', 'hmac-sha256:c2hvcnQ=', 'hmac-sha256:not base64', '{"kty":"oct"}', '{', '-----BEGIN PUBLIC KEY-----']) expect(usable(bad), bad).toEqual([])
  expect(keyOf(keys.ed25519, 'ed25519', 'sign')).toBeUndefined()
  expect(keyOf(keys.ed25519Private, 'ed25519', 'verify')).toMatchObject({ type: 'public' })
})
