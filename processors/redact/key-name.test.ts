import { describe, expect, test } from 'vitest'
import { createKeyNameRule, personalKey, rememberedKeys } from './key-name.ts'

const isSecret = createKeyNameRule()

test.each([
  'password', 'Authorization', 'apiKey', 'API-KEY', 'api_key', 'http.request.header.x-api-key', 'http.request.header.cookie', 'clientSecret', 'refresh_token', 'card.number', 'cvv', 'userToken', 'x_hub_signature', 'db.pwd',
  'x-amz-security-token', 'x-hub-signature-256', 'authToken', 'webhook_secret', 'smtpPass', 'pass', 'privateKeyPem', 'private key', 'mfa_code', 'otpSecret', 'totp_seed', 'recovery codes', 'backupCodes', 'cvc2', 'bankAccountNumber',
  'routing_number', 'secret_id', 'ａｐｉ＿ｋｅｙ', 'Set-Cookie', 'database.password2', 'DB_PASSWORD', 'connectionString', 'seedPhrase', 'code_verifier', 'SAMLResponse', 'shared-access-key', 'licenseKey', 'Passwort', 'contraseña_contrasena',
])('key %s is secret', (key) => {
  expect(isSecret(key)).toBe(true)
})

test.each([
  'company', 'pancake', 'tokens', 'token_count', 'max_tokens', 'author', 'authenticated', 'design', 'session.id', 'blotter.idempotency.key', 'key', 'opinion', 'target', 'keyboard', 'passwordLength', 'password_policy', 'secretName', 'secret_arn', 'token_type',
  'tokenUrl', 'apiKeyId', 'credential_type', 'cookiePolicy', 'cookie_consent', 'nextPageToken', 'cursor_token', 'secretary', 'passed', 'passenger', 'compass', 'jsonwebtoken', 'access_token_expires_at', 'password_changed_at', 'authorization_endpoint',
  'signature_algorithm', 'authorization.k8s.io/decision', 'authorization.k8s.io/reason', 'sessionCredentialFromConsole', 'pwdLastSet', 'passwordNeverExpires', 'idTokenClaims', 'apiKeyOwner', 'accessKeyId', 'secretKeyRef', 'credentialType', 'token_scopes', 'public', 'keyId', 'monkey', 'passport', 'pinned', 'spinach', 'iso', 'pattern', 'atlas',
])('key %s is not secret', (key) => {
  expect(isSecret(key)).toBe(false)
})

test('key names of the operator count in any spelling', () => {
  expect(createKeyNameRule(['tax id'])('Tax-ID')).toBe(true)
  expect(createKeyNameRule(['tax id'])('taxes')).toBe(false)
})

test('what was decided is remembered within bounds, and decided the same way afterwards', () => {
  const rule = createKeyNameRule()
  for (let i = 0; i < rememberedKeys + 10; i += 1) expect(rule(`field${i}`)).toBe(false)
  expect(rule('password')).toBe(true)
  expect(rule(`password${'x'.repeat(300)}`)).toBe(true)
  expect(rule(`password${'x'.repeat(300)}`)).toBe(true)
})

describe('personal data by name', () => {
  test.each([
    'firstName', 'last_name', 'FULL-NAME', 'mothersMaidenName', 'birthDate', 'date_of_birth', 'dob', 'streetAddress', 'address', 'addressLine2', 'billing_address', 'postalCode', 'zip', 'phone', 'phoneNumber', 'mobile', 'email', 'customer.email', 'userEmail',
    'ssn', 'taxId', 'passportNumber', 'driver_licence', 'drivers-license', 'iban', 'nationalId', 'customerName', 'cardholder_name', 'Geburtsdatum',
  ])('key %s is personal', (key) => {
    expect(personalKey(key)).toBe(true)
  })
  test.each([
    'name', 'fileName', 'hostname', 'server.address', 'client.address', 'net.peer.address', 'email_verified', 'emailTemplate', 'phoneType', 'username', 'serviceName', 'gmailLabel', 'namespace', 'streetlight', 'zipFile', 'telemetry', 'mailbox', 'addressId',
    'event.name', 'city', 'email_sent_at',
  ])('key %s is not personal', (key) => {
    expect(personalKey(key)).toBe(false)
  })
})
