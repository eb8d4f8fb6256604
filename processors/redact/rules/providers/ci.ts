// Tokens of what builds, tests and deploys, and of the vaults that it takes its secrets from.

import { deliveryRules } from './ci-delivery.ts'
import { qualityRules } from './ci-quality.ts'
import { named, patterned, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, hex, lower, lowerHex, parts, raw, uuid, word } from '../secret.ts'
import type { Rule } from '../../rule.ts'

const builders: readonly Rule[] = [
  prefixed('circleci_token', ['CCIPAT_', 'CCIPRJ_'], parts(alnum(22), '_', hex(40))),
  named('circleci_key', ['circleci', 'circle_token', 'circle_ci'], hex(40)),
  named('travis_token', 'travis', base64url(20, 22), { strict: true }),
  patterned('travis_encrypted', 'secure:', '\\bsecure:\\s{0,4}"?(?<s>[A-Za-z0-9+/=\\\\]{80,900})', { finds: [`env:\n  - secure: "${base64(120).sample}="`], ignores: ['secure: true'] }),
  prefixed('buildkite_token', ['bkua_', 'bkar_', 'bkct_', 'bkaa_', 'bkaj_', 'bkpt_', 'bkpat_', 'bkps_'], base64url.from(32)),
  named('buildkite_key', ['buildkite'], alnum(40, 50), { strict: true }),
  named('drone_token', ['drone_token', 'drone_server', 'droneci', 'drone_secret', 'drone_rpc', 'drone'], alnum(32, 64), { strict: true }),
  named('jenkins_token', ['jenkins', 'hudson'], hex(32, 36)),
  named('jenkins_crumb', ['jenkins_crumb'], hex(64)),
  prefixed('teamcity_token', 'eyJ0eXAiOiAiVENWMiJ9.', raw('[A-Za-z0-9_-]{20,60}\\.[A-Za-z0-9_-]{30,80}', `${base64url(36).sample}.${base64url(48).sample}`)),
  prefixed('semaphore_token', 'smpr_', alnum.from(20)),
  named('semaphore_key', 'semaphore', base64url(20, 40), { strict: true }),
  named('bitrise_access_token', 'bitrise', base64url(60, 120)),
  named('appveyor_token', 'appveyor', lower(20), { strict: true }),
  prefixed('appveyor_v2_token', 'v2.', lower(20), { valid: (match) => (match.match(/[0-9]/g) ?? []).length > 3 }),
  named('codefresh_token', 'codefresh', parts(hex(24), '.', hex(32))),
  named('codemagic_token', 'codemagic', base64url(40, 60)),
  named('expo_token', ['expo_token', 'eas_token', 'expo_access'], base64url(40)),
  named('appcenter_token', ['appcenter', 'app_center'], hex(40)),
  named('wercker_token', 'wercker', hex(64)),
  named('codeship_token', 'codeship', uuid),
  named('gocd_token', 'gocd', hex(40)),
  prefixed('cirrus_encrypted', 'ENCRYPTED[', raw('!?[a-f0-9]{64,}', lowerHex(64).sample)),
  prefixed('depot_token', 'depot_project_', hex.from(40)),
  prefixed('dagger_token', 'dag_', raw('[a-z0-9]{1,30}_[A-Za-z0-9]{30,80}', `example_${alnum(36).sample}`)),
  prefixed('earthly_token', 'eal_', alnum.from(30)),
  prefixed('blacksmith_token', 'bsk_', alnum.from(30)),
  named('nx_cloud_token', ['nx_cloud', 'nx_key'], alphabet('A-Za-z0-9+/', '={0,2}')(60, 80)),
  named('turborepo_token', ['turbo_token', 'turborepo'], alnum(24, 64)),
  named('gradle_key', ['gradle_publish', 'gradle_enterprise', 'develocity', 'gradle_encryption'], base64(32, 64), { strict: true }),
  named('rundeck_token', 'rundeck', alnum(32)),
  named('argo_key', ['argocd', 'argo_workflows'], base64url(24, 64), { strict: true }),
]

const vaults: readonly Rule[] = [
  // developer.hashicorp.com: service, batch and recovery tokens; `s.`, `b.` and `r.` before Vault 1.10
  prefixed('vault_token', ['hvs.', 'hvb.', 'hvr.'], base64url.from(20)),
  named('vault_key', ['vault', 'hashicorp', 'openbao'], raw('[sbr]\\.[A-Za-z0-9_-]{24,500}', `s.${alnum(24).sample}`)),
  patterned('vault_unseal_key', 'unseal', '[uU]nseal[\\s\\S]{0,24}?[\\s"\'=:](?<s>[A-Za-z0-9+/]{43,44}=?)(?:[^A-Za-z0-9+/=]|$)', { finds: [`Unseal Key 1: ${alphabet('A-Za-z0-9+/')(44).sample}`, `vault operator unseal ${alnum(43).sample}=`], ignores: ['Unseal Key 1:'] }),
  named('consul_token', ['consul', 'nomad', 'vault_secret', 'secret_id', 'role_id', 'boundary'], uuid),
  prefixed('boundary_token', 'at_', raw('[A-Za-z0-9]{10}_s1[A-Za-z0-9]{60,}', `${alnum(10).sample}_s1${alnum(64).sample}`)),
  prefixed('doppler_token', ['dp.pt.', 'dp.ct.', 'dp.st.', 'dp.sa.', 'dp.scim.', 'dp.audit.', 'dp.said.'], raw('(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}', alnum(43).sample)),
  prefixed('infisical_token', 'st.', raw('[A-Za-z0-9_-]{3,48}\\.[A-Za-z0-9_-]{3,64}\\.[a-f0-9]{8,64}', `0123456789abcdef01234567.${lowerHex(32).sample}.${lowerHex(32).sample}`)),
  named('infisical_key', 'infisical', hex(64), { strict: true }),
  prefixed('onepassword_service_token', 'ops_eyJ', alphabet('A-Za-z0-9+/=_-').from(80)),
  patterned('onepassword_secret_key', ['a3-'], '\\b(?<s>A3-[A-Z0-9]{6}-(?:[A-Z0-9]{6}-[A-Z0-9]{5}|[A-Z0-9]{11})(?:-[A-Z0-9]{5}){3})\\b', { finds: ['kit A3-EXMPL9-EXMPL9-EXMP9-EXMP9-EXMP9-EXMP9 kept'], ignores: ['A3-paper'] }),
  named('bitwarden_access_token', ['bitwarden', 'bws_'], raw('0\\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{22}==', `0.${uuid.sample}.${alnum(30).sample}:${alnum(22).sample}==`)),
  prefixed('dashlane_token', 'dls_', word.from(40)),
  named('akeyless_key', 'akeyless', alphabet('A-Za-z0-9+/', '={0,2}')(40, 64), { strict: true }),
  named('keeper_token', ['keeper_security', 'ksm_token', 'ksm_config'], raw('(?:US|EU|AU|CA|JP|GOV):[A-Za-z0-9_-]{40,60}', `US:${base64url(43).sample}`)),
  named('conjur_key', ['conjur', 'cyberark'], lower(40, 60), { strict: true }),
  named('thycotic_token', ['thycotic', 'delinea', 'secretserver', 'secret_server'], base64url(30, 200), { strict: true }),
  patterned('ansible_vault', '$ansible_vault;', '\\$ANSIBLE_VAULT;[0-9.]{1,5};[A-Z0-9]{3,10}(?:;[^\\s;]{1,40})?(?:\\s|\\\\n){1,9}(?<s>[0-9a-f\\s]{32,})', { finds: [`$ANSIBLE_VAULT;1.1;AES256\n${lowerHex(80).sample}\n${lowerHex(64).sample}`], ignores: ['$ANSIBLE_VAULT;1.1;AES256'] }),
  patterned('sops_key', 'enc[aes', 'ENC\\[AES256_GCM,data:(?<s>[A-Za-z0-9+/=]{8,})', { finds: [`a: ENC[AES256_GCM,data:${alnum(40).sample},iv:x]`], ignores: ['ENC[AES256_GCM'] }),
]

/** Most specific first. */
export const rules: readonly Rule[] = [...builders, ...vaults, ...deliveryRules, ...qualityRules]
