// Secrets known by the name they are assigned to, whoever issued them: `DB_PASSWORD=…`, `"apiKey": "…"`, `--token …`,
// `<clientSecret>…</clientSecret>`, `X-Api-Key: …`. The patterns only find name, operator and value; how much the name says
// (assigned-name.ts) and what the value looks like (assigned-value.ts) decide.

import { isAssigned, isAssignedText, isBeside, isFlagValue, isNamedValue, isNearby, isTold } from './assigned.ts'
import { isStandIn } from './assigned-value.ts'
import type { Rule } from '../rule.ts'

/** Each name that is looked for holds one of them. */
const keywords = ['pass', 'pwd', 'secret', 'token', 'key', 'auth', 'cred', 'cookie', 'signature', 'licens', 'licenc', 'session', 'kennwort', 'senha']
const trigger = `(?:pass|pwd|secret|token|key|auth|cred|cookie|signature|licen[cs]|session|kennwort|senha)[\\w.-]{0,40}`

/** Short names are looked for together with their operator: alone they are in `option`, `path` and `design`. */
const shortNames = ['pin', 'otp', 'cvv', 'cvc', 'sig', 'pat', 'psk', 'jwt', 'salt', 'sid', 'pw', 'sas', 'api', 'secure', 'hec']
const shortKeywords = shortNames.flatMap((name) => [`${name}=`, `${name}:`, `${name} =`, `${name}"`, `${name}'`, `${name}\\`, `${name}>`])

/** Rarer than the names: an operator and a single quote after it. */
const singleQuoted = [": '", "= '", "> '", ...Array.from('abcdefghijklmnopqrstuvwxyz0123456789"\'])>').flatMap((before) => [`${before}:'`, `${before}='`]), " :'", " ='", "=>'"]

/** What may stand between name and value, on one line: closing quote or bracket, one operator, opening quote. */
const operator = `(?:[ \\t]#?[0-9]{1,2})?(?:[ \\t"'\`\\])?]|\\\\{1,3}["'\`]){0,6}(?:={1,3}>?|:{1,2}=?|[,|>(]|<-)(?:[ \\t"'\`(\\[]|\\\\{1,3}["'\`]){0,8}(?:[bfruBFRUL@$]{1,2}["'])?`
const secretText = `(?<s>[^\\s"'\`\\\\,;&<>(){}\\[\\]|]{3,})`

export const assignmentRules: readonly Rule[] = [
  {
    id: 'quoted_assignment',
    finds: 'secret',
    keywords: ['pass', 'pwd', 'secret', 'token', 'key', 'cred', 'auth', 'cookie'],
    pattern: new RegExp(`${trigger}\\\\?["'\\]]{0,2}\\s{0,5}(?:=>|:=|[=:])\\s{0,5}"(?<s>(?:[^"\\\\\\n]|\\\\.)+)`, 'gi'),
    valid: isAssignedText,
    examples: {
      finds: ['{"password":"two words"}', '{"db":{"passphrase": "it\'s (mine), really; ok"}}', 'const apiSecret = "a b,c;d"', "config['password'] = \"x;y z\""],
      ignores: ['{"password":""}', '{"password":"[redacted:quoted_assignment]"}', '{"passwordHint":"name of the dog"}', '{"password":"Please enter your password"}', '{"secretName":"web tls"}', '{"monkey":"ba na na"}'],
    },
  },
  {
    id: 'single_quoted_assignment',
    finds: 'secret',
    keywords: singleQuoted,
    pattern: new RegExp(`${trigger}["'\\]]{0,2}\\s{0,5}(?:=>|:=|[=:])\\s{0,5}'(?<s>(?:[^'\\\\\\n]|\\\\.)+)`, 'gi'),
    valid: isAssignedText,
    examples: {
      finds: ["{'password': 'two words'}", "define('x'); $db_password = 'x \"y\" z';", "password: 'note; mine'"],
      ignores: ["password: ''", "secretName: 'web tls'", "'password': 'must not be empty'"],
    },
  },
  {
    id: 'escaped_assignment',
    finds: 'secret',
    keywords: ['\\":', "\\':", '\\" :', "\\' :", '\\"=', "\\'=", '\\" =', "\\' ="],
    pattern: new RegExp(`${trigger}\\\\{1,4}["']\\s{0,5}[=:]\\s{0,5}\\\\{1,4}["'](?<s>[^"'\\\\]+)`, 'gi'),
    valid: isAssignedText,
    examples: {
      finds: ['{\\"client_secret\\":\\"abc 987\\"}', '{\\\\\\"password\\\\\\": \\\\\\"x, y\\\\\\"}'],
      ignores: ['{\\"password\\":\\"\\"}', '{\\"passwordHint\\":\\"the dog\\"}'],
    },
  },
  {
    id: 'assignment',
    finds: 'secret',
    keywords,
    pattern: new RegExp(trigger + operator + secretText, 'gi'),
    valid: isAssigned,
    examples: {
      finds: [
        'connect failed: password=hunter2 host=db', 'https://example.com/cb?access_token=abc123&x=1', 'Cookie: session=abc123def456', 'API-KEY: zyx987', 'apiKey="k-123456"',
        'export DB_PASSWORD=postgres', 'password: admin', '{"token":"a1b2c3d4e5f6"}', '<clientSecret>q1w2e3</clientSecret>', 'setApiKey("zyx-98765")',
        'LICENSE_KEY=7Hq2mX9vLp4Rt8Wz1Kc6', 'unseal key 2: 0tZn7QQCxphpHwTm7dC3LpP5JGIbYl3PK8Sy', "os.getenv('JINA_KEY', 'jx_7Hq2mX9vLp4Rt8Wz1Kc6Bn')", 'X-Auth-Token: 9f8e7d6c5b4a', 'Server=db;User Id=app;Password=hunter2;Encrypt=true',
        'AccountKey=b3JkZXJseS1leGFtcGxlLW9ubHk=;EndpointSuffix=core.windows.net', 'wiki_token: "3f786850e387550fdab836ed7e6dc881de23001b"', 'secret => hunter2', 'IDENTIFIED BY PASSWORD=\'hunter2\'',
      ],
      ignores: [
        'password=null', 'token: missing', 'the password was wrong', 'tokens: 512', 'secret=[redacted:assignment]', 'monkey=banana', 'Password: required field', 'password: string', 'password?: string;', 'token = getToken()',
        'const apiKey = process.env.API_KEY', 'key={item.id}', '"key": "ArrowDown"', 'cache key: user:42:profile', 'primary_key = id', 'key_id=4f3c2b1a', 'login(user=user, password=password)', 'this.token = token;',
        'apiKey: config.apiKey,', 'password: newPassword,', 'PASSWORD=${DB_PASSWORD}', 'token: $TOKEN', 'api_key: <your key>', 'API_KEY=YOUR_API_KEY', 'secretName: web-tls', 'token_type=bearer', 'token_endpoint=https://id.example.com/token',
        'passwordLength: 12', 'next_page_token=CAUQAA12', 'credentials: include', 'author: Jane2 Doe', 'cacheKey: 3f786850e387550fdab836ed7e6dc881de23001b', '"key": "d41d8cd98f00b204e9800998ecf8427e"', 'idempotency-key: 7Hq2mX9vLp4Rt8Wz1Kc6',
        'unexpected token: abc123', 'password: ********', 'session: 123e4567-e89b-12d3-a456-426614174000', 'max_tokens=4096', 'keyboard: qwerty2', 'secret_arn=arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3', 'Key: uploads/2026/11/a1b2c3d4e5f6a7b8.png',
        'public_key=7Hq2mX9vLp4Rt8Wz1Kc6', 'passed=12', 'authenticated: true', 'key: v1.24.3-rc.1', 'authority: example2.com',
      ],
    },
  },
  {
    id: 'short_assignment',
    finds: 'secret',
    keywords: shortKeywords,
    pattern: new RegExp(`(?:\\b|_)(?:${shortNames.join('|')})${operator}${secretText}`, 'gi'),
    valid: isAssigned,
    examples: {
      finds: ['cvv=123', "{'a': 1, 'cvv': '123'}", '{\\"pin\\":\\"4821\\"}', '<pin>4821</pin>', 'otp: 483920', '"pin": "4821"', 'wiki_PAT=MDgxODgyOTYwNTA5OkFSuEyq1mtrLTVN', '?sv=2024&sig=Zm9vYmFyYmF6cXV4cXV1eGNvcmdl%3D'],
      ignores: ['option: 123', 'path=/a/b', 'pin: required', 'design=4242', 'pat: the dog'],
    },
  },
  {
    id: 'flag_assignment',
    finds: 'secret',
    keywords: ['--pass', '-pass', '--pwd', '-token', '-secret', '-key', '-api', '--auth', '--cred'],
    pattern: /(?:^|[\s"'`=,[(])-{1,2}[A-Za-z][\w.-]{0,40}[ =]["']?(?<s>[^\s"'`\])]{3,})/g,
    valid: isFlagValue,
    examples: {
      finds: ['mysqldump --password hunter2 shop', 'deploy --api-key=zyx987', 'kubectl --token abc.1234567890abcdef get pods'],
      ignores: ['login --password-stdin registry.example.com', 'app --token-file /run/token1', 'tool --key-type rsa4096', 'psql --password --host db1', 'tool --password <password>', 'app --token $TOKEN1'],
    },
  },
  {
    id: 'spaced_secret',
    finds: 'secret',
    keywords,
    pattern: new RegExp(`${trigger}["'\`:)]{0,2}\\s{1,4}(?:(?:is|was|value|here|for|=)[\\s:]{1,3})?["'\`]{0,2}(?<s>[A-Za-z0-9_+/=.~!@#$%^*-]{16,})`, 'gi'),
    valid: isBeside,
    examples: {
      finds: ['use the token 7Hq2mX9vLp4Rt8Wz1Kc6 for now', 'API Secret\n0fff5f614cbcafefb9c1ba319b9905d2', 'my api key is 7Hq2mX9vLp4Rt8Wz1Kc6Bn', 'deploy-token 9A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P'],
      ignores: ['the token authentication middleware', 'cache key 3f786850e387550fdab836ed7e6dc881de23001b', 'no key 3f786850e387550fdab836ed7e6dc881de23001b in the map', 'passed 7Hq2mX9vLp4Rt8Wz1Kc6', 'secret projects/shop/secrets/stripe-key/versions/2', 'session 123e4567-e89b-12d3-a456-426614174000 closed'],
    },
  },
  {
    id: 'nearby_secret',
    finds: 'secret',
    keywords: ['password', 'passwd', 'secret', 'token', 'api key', 'api-key', 'apikey', 'credential', 'access key'],
    pattern: /\b(?:password|passwd|secret|token|api[ -]?key|credentials?|access key)\b[^\n:=]{1,40}(?:[:=]\s?["'`(]?|\bis\s["'`(]?|["'`(])(?<s>[A-Za-z0-9_+/=-]{20,200})/gi,
    valid: isNearby,
    examples: {
      finds: ['the token for the staging account: 7Hq2mX9vLp4Rt8Wz1Kc6', 'secret of the new app is `7Hq2mX9vLp4Rt8Wz1Kc6Bn`'],
      ignores: ['token refreshed for request: 7Hq2mX9vLp4Rt8Wz1Kc6', 'token of the invoice: in_1MtHbELkdIwHu7ixl4OzzPMv', 'password reset in commit (3f786850e387550fdab836ed7e6dc881de23001b)', 'secret chapter of the book: donaudampfschifffahrtsgesellschaft'],
    },
  },
  {
    id: 'named_value',
    finds: 'secret',
    keywords: ['value="', "value='", '"value":', 'default="'],
    pattern: /(?:name|key|id)["']?[=:]\s?["'](?<n>[\w.:-]{2,60})["'],?\s{1,4}["']?(?:value|default)["']?[=:]\s?["'](?<s>[^"'\n]{3,})/gi,
    valid: isNamedValue,
    examples: {
      finds: ['<add key="DbPassword" value="hunter2" />', '<property name="javax.net.ssl.keyStorePassword" value="tr0ub4dor"/>', '{"name": "API_TOKEN", "value": "a1b2c3d4e5"}'],
      ignores: ['<add key="PasswordPolicy" value="strict" />', '<input name="password" value="" />', '{"name": "TOKEN_URL", "value": "https://id.example.com"}', '<add key="DbPassword" value="${DB_PASSWORD}" />'],
    },
  },
  {
    id: 'told_password',
    finds: 'secret',
    keywords: ['password is', 'password was', 'password for', 'password of', 'password to', 'passcode is', 'passcode for', 'pwd is', 'pin is', 'passwort ist', 'passwort lautet', 'kennwort ist', 'kennwort lautet', 'mot de passe est'],
    pattern: /\b(?:password|passcode|pwd|pin|passwort|kennwort|mot de passe)\s{1,3}(?:(?:for|of|to)\s{1,3}[^\s=:]{1,60}(?:\s[^\s=:]{1,30}){0,2}\s{1,3})?(?:is|was|ist|lautet|est)[:\s]{1,3}["'`(]?(?<s>[^\s"'`]{4,})/gi,
    valid: isTold,
    examples: {
      finds: ['the password is hunter2!', 'password for the admin user is Tr0ub4dor&3', 'Das Passwort lautet Sommer2026!', 'your PIN is 4821'],
      ignores: ['the password is required', 'password was changed 12 days ago', 'the password is case-sensitive', 'password is 12.5 characters', 'the password was 2026-11-24T06:10:34Z', 'password is <password1>', 'password was reset by user42'],
    },
  },
  {
    id: 'quoted_beside',
    finds: 'secret',
    keywords: ['password "', "password '", 'passwd "', "passwd '", "identified by '", 'identified by "', "password to '"],
    pattern: /\b(?:password|passwd|identified\s{1,4}by(?:\s{1,4}password)?|password\s{1,4}to)\s{1,4}["'](?<s>[^"'\n]{3,})["']/gi,
    valid: (match) => !isStandIn(match) || match === 'password',
    examples: {
      finds: ["CREATE USER app IDENTIFIED BY 'hunter2'", "ALTER ROLE app WITH PASSWORD 'hunter2'", "credentials {\n  username 'app'\n  password 'hunter2'\n}"],
      ignores: ["the password 'required' rule", 'IDENTIFIED BY <password>'],
    },
  },
]
