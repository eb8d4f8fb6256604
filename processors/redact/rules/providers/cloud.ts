// Keys of the large clouds. Formats: the providers' documentation, GitHub's list of secret scanning patterns, betterleaks (MIT).

import { azureRules } from './cloud-azure.ts'
import { regionalRules } from './cloud-regional.ts'
import { named, patterned, prefixed } from '../make.ts'
import { looksDrawn } from '../near.ts'
import { alnum, alphabet, base64, base64url, hex, lowerHex, parts, raw, upper } from '../secret.ts'
import { isolated } from './rows.ts'
import type { Rule } from '../../rule.ts'

/** Forty characters of base64 without padding. */
const awsSecret = alphabet('A-Za-z0-9+/')(40)

const amazon: readonly Rule[] = [
  // AWS IAM guide, "unique identifiers": long-term, temporary, bearer and context keys
  isolated('aws_access_key', 'akia', parts('AKIA', upper(16))),
  isolated('aws_old_access_key', 'a3t', parts('A3T', upper(17)), looksDrawn),
  isolated('aws_temporary_access_key', 'asia', parts('ASIA', upper(16))),
  isolated('aws_bearer_key', 'abia', parts('ABIA', upper(16))),
  isolated('aws_context_key', 'acca', parts('ACCA', upper(16))),
  named('aws_secret_key', ['aws', 'amazon', 'secret_access_key', 'bedrock'], awsSecret, {
    valid: (match) => !/^[0-9a-f]+$/.test(match), // a git or SHA-1 hash
    ignores: ['aws git sha=0123456789abcdef0123456789abcdef01234567', `aws_key=${lowerHex(40).sample}`],
  }),
  patterned('aws_key_pair', ['akia', 'asia'], '\\b(?:AKIA|ASIA)[A-Z0-9]{16}[\\s,:;"\'|]{1,6}(?<s>[A-Za-z0-9+/]{40})(?:[^A-Za-z0-9+/=]|$)', { finds: [`${'AKIA'}EXAMPLE123456789,${awsSecret.sample}`], ignores: ['AKIA, ASIA'] }),
  named('aws_session_token', ['session_token', 'security_token'], alphabet('A-Za-z0-9+/%', '={0,2}').from(100)),
  named('aws_signature', ['x-amz-signature', 'aws4-hmac-sha256'], hex(64), { reach: 400, strict: false }),
  prefixed('aws_bedrock_key', 'ABSK', base64(109, 269)),
  prefixed('aws_bedrock_temporary_key', 'bedrock-api-key-', base64.from(40)),
  prefixed('aws_mws_token', 'amzn.mws.', raw('[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5')),
]

const google: readonly Rule[] = [
  prefixed('google_api_key', 'AIza', base64url.from(30)),
  prefixed('google_bound_api_key', 'AQ.Ab8', base64url.from(40)),
  prefixed('google_oauth_secret', 'GOCSPX-', base64url.from(24)),
  prefixed('google_oauth_token', 'ya29.', alphabet('A-Za-z0-9_./-').from(20)),
  patterned('google_authorization_code', '4/0', '(?:^|[^A-Za-z0-9+/_-])(?<s>4/0[A-Za-z][A-Za-z0-9_-]{40,100})(?:[^A-Za-z0-9+/_-]|$)', { finds: [`code=4/0A${base64url(60).sample}`], ignores: ['4/0abc'] }),
  named('google_storage_secret', ['goog1e', 'gcs_', 'hmac'], alphabet('A-Za-z0-9+/')(40), { strict: true }),
  patterned('firebase_server_key', 'apa91b', '(?<s>[A-Za-z0-9_-]{11,22}:APA91b[A-Za-z0-9_-]{100,200})', { finds: [`key=AAAAexample:APA91b${base64url(134).sample}`], ignores: ['apa91b'] }),
  named('gcp_key', ['gcp', 'google'], alnum(35, 40), { strict: true }),
  named('google_oauth_client_secret', ['google', 'gcp', 'googleusercontent.com'], base64url(24), { strict: true, reach: 120 }),
]

/** Most specific first. */
export const rules: readonly Rule[] = [...amazon, ...azureRules, ...google, ...regionalRules]
