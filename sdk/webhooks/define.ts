// `defineScheme`: a scheme made of its record. Reader and writer are in files of their own.

import { readBy, readVerifiedBy } from './read-by.ts'
import type { RawRequest, WebhookScheme } from './scheme.ts'
import type { SchemeData } from './scheme-data.ts'
import { writeBy } from './write-by.ts'

/**
 * For a service that is not in the registry.
 * @example
 * const acme = defineScheme({
 *   name: 'acme',
 *   signature: { from: { header: 'x-acme-signature' }, encoding: 'hex', versions: { '': 'hmac-sha256' } },
 *   time: { from: { header: 'x-acme-time' }, unit: 's' },
 *   signed: [{ part: 'timestamp' }, '.', { part: 'body' }],
 *   covered: 'body', coveredParts: ['timestamp', 'body'],
 *   keys: { 'hmac-sha256': textSecret }, wantedSecret: 'the signing secret as a text',
 * })
 */
export function defineScheme(data: SchemeData): WebhookScheme {
  const { name, signature, time, covered, coveredParts, keys, wantedSecret, toleranceMs, claimedId, parameters = [] } = data
  const carriesSignature = 'body' in signature.from
  return {
    name, covered, coveredParts, wantedSecret, parameters,
    algorithms: [...new Set(Object.values(signature.versions))],
    time: time === undefined ? 'none' : 'body' in time.from && !carriesSignature ? 'in body' : 'in header',
    ...(toleranceMs === undefined ? {} : { toleranceMs }),
    headers: [signature.from, time?.from, data.id].flatMap((place) => (place !== undefined && 'header' in place ? [place.header] : [])),
    body: carriesSignature ? 'json' : 'bytes',
    read: (request) => readBy(data, request),
    readVerified: (request) => readVerifiedBy(data, request),
    ...(claimedId === undefined ? {} : { claimedId: (request: RawRequest) => request.header(claimedId) }),
    keyOf: (secret, algorithm, use) => keys[algorithm]?.(secret, use),
    write: (message, signingKeys) => writeBy(data, message, signingKeys),
  }
}
