// TLS as Mozilla's intermediate profile has it (guidelines 6.0): 1.2 with forward secrecy and authenticated ciphers, 1.3,
// and the hybrid post-quantum group where OpenSSL has it. There is no option to weaken any of it.

import { constants } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { SecureContextOptions, TlsOptions as NodeTlsOptions } from 'node:tls'

const ciphers = [
  'TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

const classicGroups = 'X25519:P-256:P-384'

/** What every context has, the first one and each that a reload makes: `setSecureContext` forgets what it is not told. */
export const contextOptions: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers,
  ecdhCurve: groups(),
  honorCipherOrder: false, // all of them are good: the client knows best which is fast for it
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION, // work for us at the price of a few bytes for them
}

/** Two years, as the guidelines have it: a client that came by TLS once does not come without it again. */
export const strictTransportSecurity = 'max-age=63072000'

/** Given to the server once. `clients`: every client must show a certificate of the configured authority. */
export function serverTlsOptions(clients: boolean): NodeTlsOptions {
  return { handshakeTimeout: 5_000, ALPNProtocols: ['http/1.1'], requestCert: clients, rejectUnauthorized: clients }
}

function groups(): string {
  try {
    createSecureContext({ ecdhCurve: `X25519MLKEM768:${classicGroups}` })
    return `X25519MLKEM768:${classicGroups}`
  } catch {
    return classicGroups // OpenSSL before 3.5
  }
}
