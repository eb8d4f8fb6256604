// Secrets in the shapes in which they travel: signed tokens, keys in PEM, headers, URLs.

import { lookOf, readsAsWords } from '../language.ts'
import { isStandIn } from './assigned-value.ts'
import { commandRules } from './commands.ts'
import { storedPasswordRules } from './stored-passwords.ts'
import type { Place, Rule } from '../rule.ts'

const isReal = (match: string): boolean => !isStandIn(match)

/** Of the 60 characters before: enough for a name or a command. */
const before = ({ text, start }: Place, length = 60): string => text.slice(Math.max(0, start - length), start)

export const transportRules: readonly Rule[] = [
  {
    id: 'private_key',
    finds: 'secret',
    keywords: ['private key'],
    pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-[^-])*(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/g,
    examples: {
      finds: [
        '-----BEGIN PRIVATE KEY-----\nMIIexample\n-----END PRIVATE KEY-----', 'cut off: -----BEGIN RSA PRIVATE KEY-----\\nMIIexample', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----',
        '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\nMIIexample\n-----END RSA PRIVATE KEY-----', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYexample\n-----END PGP PRIVATE KEY BLOCK-----',
      ],
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
    id: 'putty_key',
    finds: 'secret',
    keywords: ['private-lines'],
    pattern: /Private-Lines: [0-9]{1,4}(?:\s|\\n|\\r){1,4}(?<s>[A-Za-z0-9+/=\s\\]{20,})/g,
    examples: {
      finds: ['PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\nAAAAgExampleExampleExample=\nPrivate-MAC: 00'],
      ignores: ['Private-Lines: 14', 'Public-Lines: 1\nAAAAgExampleExampleExample='],
    },
  },
  {
    id: 'authorization',
    finds: 'secret',
    keywords: ['bearer', 'basic ', 'basic%20'],
    pattern: /\b(?:bearer|basic)(?::?\s{1,5}|%20|\+)["']?(?<s>[A-Za-z0-9._~+/=:-]{8,})/gi,
    valid: isCredential,
    examples: {
      finds: ['Authorization: Bearer abc123def456ghi', 'basic dXNlcjpwYXNzd29yZA==', 'Bearer: Zx81ab9Qk2', 'header=Bearer%20abc123def456ghi'],
      ignores: ['bearer authentication failed', 'Basic understanding of things', 'bearer token-based', 'Bearer <token>'],
    },
  },
  {
    id: 'authorization_header',
    finds: 'secret',
    keywords: ['authorization'],
    pattern: /authorization\\?["']?\]?\s{0,3}[:=,]\s{0,3}\\?["'`]?(?:[A-Za-z][\w-]{1,20}[ \t]{1,3})?(?:[A-Za-z_]{1,20}=["']?)?(?<s>[^\s"'`\\,;<>(){}]{6,})/gi,
    valid: (match, place) => isReal(match) && /[0-9]/.test(match) && !/^\$|^process\.|^req\.|^headers\./.test(match) && !/^["'`]?authorization.{0,4}$/i.test(before(place, 16)) || lookOf(match) === 'drawn',
    examples: {
      finds: ['Authorization: Token 9f8e7d6c5b4a', 'authorization: ApiKey dGVzdDp0ZXN0MTIz', '"Authorization": "zyx9876abc"', "headers['Authorization'] = 'sso-key a1b2c3:d4e5f6'", 'Authorization: GenieKey 1a2b3c4d-5e6f', 'Authorization: Token token=a1b2c3d4e5'],
      ignores: ['Authorization: required', 'authorization = req.headers.authorization', 'Authorization: Bearer <token>', 'authorization: read write', 'Authorization: ${auth}'],
    },
  },
  {
    id: 'digest_credentials',
    finds: 'secret',
    keywords: ['digest username', 'aws4-hmac'],
    pattern: /(?:\bdigest\s{1,3}username=|\baws4-hmac-sha256\s{1,3}credential=)(?<s>[^\n\r]{10,1000})/gi,
    examples: {
      finds: ['Digest username="app", realm="x", nonce="n1", response="0a1b2c3d"', 'AWS4-HMAC-SHA256 Credential=AK/20261124/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0a1b'],
      ignores: ['digest username and realm', 'AWS4-HMAC-SHA256 is the algorithm'],
    },
  },
  {
    id: 'url_credentials',
    finds: 'secret',
    keywords: ['://'],
    pattern: /:\/\/[^\s/?#:@"'`<>]{0,200}:(?<s>[^\s/?#@"'`<>]{1,200})@/gi,
    valid: (match, { text, end }) => text[end + 1] !== ']' && !/^(?:PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN)$/.test(match) && !/^(?:\$|%[({]|\{|\*+$|x{3,}$|redacted|\[)/i.test(match),
    examples: {
      finds: ['postgres://app:hunter2@db.example.com/shop', 'redis://:hunter2@cache.example.com:6379', 'https://user:p%40ss@example.com/'],
      ignores: ['https://example.com:8443/path@2', 'see https://example.com/a:b', 'postgres://app:${PASSWORD}@db/shop', 'postgres://app:****@db/shop'],
    },
  },
  {
    id: 'url_user_token',
    finds: 'secret',
    keywords: ['://'],
    pattern: /:\/\/(?<s>[A-Za-z0-9_.~-]{16,200}):?@/gi,
    valid: (match) => lookOf(match) !== 'written',
    examples: {
      finds: ['git clone https://7Hq2mX9vLp4Rt8Wz1Kc6@git.example.com/shop.git', 'https://3f786850e387550fdab836ed7e6dc881@errors.example.com/42'],
      ignores: ['ssh://deployment-user-of-shop@git.example.com', 'https://example.com/@someone'],
    },
  },
  {
    id: 'url_parameter',
    finds: 'secret',
    keywords: ['code=', 'hmac=', 'auth=', 'appid=', 'api=', 'app_id=', 'hash=', 'apikey=', 'key=', 'sig=', 'ticket=', 'assertion=', 'hapikey='],
    pattern: /[?&;](?:amp;)?(?:code|hmac|auth|appid|api|app_id|hash|key|sig|ticket|assertion|[a-z_-]{0,20}key)=(?<s>[^&\s#"'`<>\\;]{12,})/gi,
    valid: (match) => { const look = lookOf(match, 12); return isReal(match) && (look === 'drawn' || (look === 'hex' && match.length >= 24)) },
    examples: {
      finds: ['https://app.example.com/api/run?code=7Hq2mX9vLp4Rt8Wz1Kc6Bn==', 'GET /data?q=rome&appid=3f786850e387550fdab836ed7e6dc881'],
      ignores: ['https://example.com/?code=404', '/search?key=customer-name-first', '/x?hash=top', '/i?auth=none&code=invalid_grant_type'],
    },
  },
  {
    id: 'webhook_url',
    finds: 'secret',
    keywords: ['hook'],
    pattern: /\bhttps?:\/\/(?:[^\s"'<>/]{0,80}hooks?[.-][^\s"'<>/]{1,80}|[^\s"'<>/]{1,100}\/(?:[\w.~%@-]{1,60}\/){0,5}(?:incoming)?(?:web)?hooks?)\/(?<s>[^\s"'<>]{8,})/gi,
    valid: (match) => match.split(/[/?=&@]/).some((part) => lookOf(part, 16) !== 'written' || /^(?=.*\d)(?=.*[A-Z])(?=.*[a-z])\w{10,15}$/.test(part)),
    examples: {
      finds: ['https://hooks.example.com/services/T0/B0/7Hq2mX9vLp4Rt8Wz1Kc6', 'POST https://flow.example.com/webhook/5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5'],
      ignores: ['https://hooks.example.com/stripe/invoices', 'https://api.example.com/repos/o/r/hooks/12345678', 'https://example.com/docs/webhooks/getting-started-with-events', 'https://api.example.com/v1/webhook_endpoints/we_1Mr5jULkdIwHu7ix1ibLTM0x'],
    },
  },
  {
    id: 'issued_prefix',
    finds: 'secret',
    keywords: ['sk_', 'sk-', '_pat_', '-pat-', 'pat_', 'pat-', 'key_', 'key-', '_live_', '_test_', 'live_', 'test_', 'secret_', 'secret-', 'private_', 'private-', 'token_', 'token-', '_prod_', 'sandbox_', 'apikey'],
    pattern: /(?:sk|pat|key|secret|private|token|live|test|prod|sandbox|SK|PAT|KEY|SECRET|PRIVATE|TOKEN)[_-](?:[A-Za-z0-9]{1,10}[_-]){0,2}[A-Za-z0-9]{16,}(?:[_-][A-Za-z0-9]{4,}){0,4}/g,
    valid: isIssued,
    examples: {
      finds: ['using acme_sk_7Hq2mX9vLp4Rt8Wz1Kc6Bn now', 'live_3f786850e387550fdab836ed7e6dc881', 'key-3f786850e387550fdab836ed7e6dc881', 'shop-pat-7Hq2mX9vLp4Rt8Wz1Kc6Bn', 'acme_app_secret_7Hq2mX9vLp4Rt8Wz1Kc6Bn'],
      ignores: ['test_user_can_log_in_with_password', 'key-value-store-implementation', 'private_repository_permissions', 'secret-santa-2026-participants', 'token_bucket_rate_limiter_v2', 'live_streaming_configuration', 'test-3f786850e387550fdab836ed7e6dc881de23001b.txt', 'task-7Hq2mX9vLp4Rt8Wz1Kc6', 'desk-1', 'cache-key-3f786850e387550fdab836ed7e6dc881'],
    },
  },
  ...commandRules,
  ...storedPasswordRules,
]

/** Words of prose and assignments (`type=bearer expires_in=3600`) are none. */
function isCredential(match: string): boolean {
  if (/=[^=]|^[+.]/.test(match) || !isReal(match)) return false
  if (match.length < 12) return /[0-9]/.test(match) && /[A-Za-z]/.test(match)
  return (/[0-9]|=$/.test(match) || !readsAsWords(match)) && !/^[a-z]+[-_.][a-z.-]+$/i.test(match)
}

/** What stands before the drawn part names a secret, and nothing around it a file, a path or a key of something else. */
function isIssued(match: string, { text, start, end }: Place): boolean {
  const last = match.split(/[_-]/).findLast((part) => part.length >= 16)
  if (last === undefined || /^(?:\.\w|\/)/.test(text.slice(end, end + 2))) return false
  const glued = /[A-Za-z0-9_./+-]{0,24}$/.exec(text.slice(Math.max(0, start - 24), start))![0]
  if (!/^(?:[a-z0-9]{1,14}[_-]){0,3}[a-z]{0,8}$|^(?:[A-Z0-9]{1,14}[_-]){0,3}[A-Z]{0,8}$/.test(glued) || glued.length === 24 || otherPrefix.test(glued + match.slice(0, match.indexOf(last)))) return false
  const look = lookOf(last)
  if (look === 'hex') return last.length >= 24 && !(last.length === 40 && glued === '' && /^[a-z]+[_-]$/.test(match.slice(0, -40)))
  return look === 'drawn' && (last.length >= 20 || /[A-Z]/.test(last))
}

/** `task-…`, `cache_key_…`: words that end alike, and keys of maps. */
const otherPrefix = /(?:^|[_-])(?:cache|public|pub|primary|foreign|idempotency|sort|partition|ta|de|ri|di|ma|fla|ba|hu|du|tu)[_-]?(?:key|sk)?[_-]/i
