// Secrets in the shapes in which they travel: headers, URLs, signed tokens, keys in PEM, assignments in text.

import type { Rule } from '../rule.ts'

/** Names that make what is assigned to them a secret, in text. */
const secretNames =
  'password|passwd|passphrase|pwd|(?:client[_-]?)?secret|(?:secret|api|access|private|signing|encryption|account)[_-]?key|' +
  '(?:(?:access|refresh|id|auth|session)[_-]?)?token|authorization|credentials?|(?:set-)?cookie|(?:x-amz-)?signature|cvv|cvc'

/** One of them is in every name above. */
const evidence = ['pass', 'pwd', 'secret', 'key', 'token', 'authorization', 'credential', 'cookie', 'signature', 'cvv', 'cvc']

/** What people write where a secret would stand is not one. */
const placeholders = /^(?:null|none|true|false|undefined|nil|missing|invalid|required|expired|redacted|%s|\*+|x{3,}|\.{3,}|\$\{?\w+\}?)$/i

function isSecretText(match: string): boolean {
  return !placeholders.test(match)
}

export const transportRules: readonly Rule[] = [
  {
    id: 'private_key',
    finds: 'secret',
    keywords: ['private key'],
    pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[^-]*(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/g,
    examples: {
      finds: ['-----BEGIN PRIVATE KEY-----\nMIIexample\n-----END PRIVATE KEY-----', 'cut off: -----BEGIN RSA PRIVATE KEY-----\\nMIIexample'],
      ignores: ['-----BEGIN PUBLIC KEY-----\nMIIexample\n-----END PUBLIC KEY-----', 'rotate the PRIVATE KEY soon'],
    },
  },
  {
    id: 'jwt',
    finds: 'secret',
    keywords: ['eyj'],
    pattern: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
    examples: {
      finds: ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl end'],
      ignores: ['eyJhbGciOiJIUzI1NiJ9 is a header only', 'eyJ.eyJ.x'],
    },
  },
  {
    id: 'authorization',
    finds: 'secret',
    keywords: ['bearer ', 'basic '],
    pattern: /\b(?:bearer|basic)\s{1,5}(?<s>[A-Za-z0-9._~+/=-]{12,})/gi,
    valid: (match) => /[0-9]|[A-Z].*[a-z].*[A-Z]|=$|_/.test(match), // words of prose have none of these
    examples: {
      finds: ['Authorization: Bearer abc123def456ghi', 'basic dXNlcjpwYXNzd29yZA=='],
      ignores: ['bearer authentication failed', 'Basic understanding of things'],
    },
  },
  {
    id: 'url_credentials',
    finds: 'secret',
    keywords: ['://'],
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#:@"']{0,200}:(?<s>[^\s/?#@"']{1,200})@/gi,
    examples: {
      finds: ['postgres://app:hunter2@db.example.com/shop', 'redis://:hunter2@cache.example.com:6379'],
      ignores: ['https://example.com:8443/path@2', 'see https://example.com/a:b'],
    },
  },
  {
    id: 'quoted_assignment',
    finds: 'secret',
    keywords: evidence,
    pattern: new RegExp(`(?:${secretNames})\\\\?["']\\s{0,3}[:=]\\s{0,3}\\\\?["'](?<s>[^"'\\\\]+)`, 'gi'),
    valid: isSecretText,
    examples: {
      finds: ['{"password":"two words"}', '{\\"client_secret\\":\\"abc987\\"}', "{'api_key': 'k-123456'}"],
      ignores: ['{"password":""}', '{"token":null}', '{"secret":"[redacted:quoted_assignment]"}', '{"monkey":"banana"}'],
    },
  },
  {
    id: 'assignment',
    finds: 'secret',
    keywords: evidence,
    pattern: new RegExp(
      `(?:${secretNames})\\s{0,3}(?:=>|:=|[=:])\\s{0,3}(?:(?:bearer|basic|token)\\s{1,5})?(?:\\\\?["'])?(?<s>[^\\s"'\\\\,;&<>(){}\\[\\]]{3,})`, 'gi'),
    valid: isSecretText,
    examples: {
      finds: ['connect failed: password=hunter2 host=db', 'https://example.com/cb?access_token=abc123&x=1', 'Cookie: session=abcdef', 'API-KEY: zyx987', 'apiKey="k-123456"'],
      ignores: ['password=null', 'token: missing', 'the password was wrong', 'tokens: 512', 'secret=[redacted:assignment]', 'monkey=banana'],
    },
  },
]
