// Secrets in the shapes in which they travel: headers, URLs, signed tokens, keys in PEM, assignments in text.

import type { Rule } from '../rule.ts'

export const transportRules: readonly Rule[] = [
  {
    id: 'private_key',
    evidence: 'PRIVATE KEY',
    pattern: '-----BEGIN [A-Z ]{0,30}PRIVATE KEY( BLOCK)?-----[^-]*(-----END [A-Z ]{0,30}PRIVATE KEY( BLOCK)?-----)?',
    examples: {
      finds: ['-----BEGIN PRIVATE KEY-----\nMIIexample\n-----END PRIVATE KEY-----', 'cut off: -----BEGIN RSA PRIVATE KEY-----\\nMIIexample'],
      ignores: ['-----BEGIN PUBLIC KEY-----\nMIIexample\n-----END PUBLIC KEY-----', 'rotate the PRIVATE KEY soon'],
    },
  },
  {
    id: 'jwt',
    evidence: 'eyJ',
    pattern: '\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*',
    examples: {
      finds: ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl end'],
      ignores: ['eyJhbGciOiJIUzI1NiJ9 is a header only', 'eyJ.eyJ.x'],
    },
  },
  {
    id: 'authorization',
    evidence: '[Bb]earer |[Bb]asic |BEARER |BASIC ',
    pattern: '(?i)\\b(?:bearer|basic)\\s+(?P<s>[A-Za-z0-9._~+/=-]{12,})',
    valid: (match) => /[0-9]|[A-Z].*[a-z].*[A-Z]|=$|_/.test(match), // words of prose have none of these
    examples: {
      finds: ['Authorization: Bearer abc123def456ghi', 'basic dXNlcjpwYXNzd29yZA=='],
      ignores: ['bearer authentication failed', 'Basic understanding of things'],
    },
  },
  {
    id: 'url_credentials',
    evidence: '://',
    pattern: '(?i)\\b[a-z][a-z0-9+.-]{1,20}://[^\\s/?#:@"\']{0,200}:(?P<s>[^\\s/?#@"\']{1,200})@',
    examples: {
      finds: ['postgres://app:hunter2@db.example.com/shop', 'redis://:hunter2@cache.example.com:6379'],
      ignores: ['https://example.com:8443/path@2', 'see https://example.com/a:b'],
    },
  },
  {
    id: 'assignment',
    evidence: '(?:[Pp]ass|PASS|[Pp]wd|PWD|[Ss]ecret|SECRET|[Tt]oken|TOKEN|[Kk]ey|KEY|[Aa]uth|AUTH|[Cc]redential|CREDENTIAL|[Cc]ookie|COOKIE|[Ss]ig|[Ss]ignature|SIGNATURE|[Cc]vv|[Cc]vc|CVV|CVC)',
    pattern:
      '(?i)(?:password|passwd|passphrase|pwd|secret|secret[_-]?key|client[_-]?secret|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|' +
      'access[_-]?token|refresh[_-]?token|id[_-]?token|auth[_-]?token|session[_-]?token|token|authorization|x-api-key|credentials?|cookie|set-cookie|signature|x-amz-signature|cvv|cvc)' +
      '(?:\\\\?["\'])?\\s{0,3}(?:=>|:=|[=:])\\s{0,3}(?:(?:bearer|basic|token)\\s+)?(?:\\\\?["\'])?(?P<s>[^\\s"\'\\\\,;&<>(){}\\[\\]]{3,})',
    valid: (match) => !/^(?:null|none|true|false|undefined|nil|missing|invalid|required|expired|\*+|xxx+|\.\.\.+|<.*|\$\{?\w+\}?|%s|redacted)$/i.test(match),
    examples: {
      finds: ['connect failed: password=hunter2 host=db', '{"api_key":"k-123456"}', '{\\"client_secret\\":\\"abc987\\"}', 'https://example.com/cb?access_token=abc123&x=1', 'Cookie: session=abcdef', 'API-KEY: zyx987'],
      ignores: ['password=null', 'token: missing', 'the password was wrong', 'tokens: 512', 'secret=[redacted:assignment]', 'monkey=banana'],
    },
  },
]
