// Secrets of identity providers, private networks, clusters and key files. Signed tokens and private keys in PEM are found by their form (transport.ts).

import { named, patterned, prefixed } from '../make.ts'
import { looksDrawn } from '../near.ts'
import { alnum, alphabet, base64, base64url, digits, dotted, hex, lower, lowerHex, raw, upper, uuid } from '../secret.ts'
import { isolated } from './rows.ts'
import type { Rule } from '../../rule.ts'

const providers: readonly Rule[] = [
  named('okta_token', ['okta', 'ssws'], raw('00[A-Za-z0-9_-]{38,42}', `00${base64url(40).sample}`, '(?:[^A-Za-z0-9_-]|$)'), { strict: false }),
  named('okta_client_secret', ['okta'], base64url(40, 64), { strict: true }),
  named('auth0_secret', ['auth0'], base64url(43, 128), { strict: true }),
  prefixed('clerk_key', ['sk_live_', 'sk_test_'], alnum(40, 50)),
  named('workos_key', 'workos', raw('sk_(?:live|test)_[A-Za-z0-9+/]{40,100}={0,2}', `sk${'_live_'}a2V5Xz${alnum(69).sample}`)),
  named('fusionauth_key', ['fusionauth', 'fusion_auth'], alphabet('A-Za-z0-9_+/-', '={0,2}')(43, 80)),
  named('keycloak_secret', ['keycloak'], raw('[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9]{32}', uuid.sample, '\\b'), { strict: true }),
  named('onelogin_secret', ['onelogin', 'one_login'], alnum(64), { strict: true }),
  named('duo_secret', ['duosecurity', 'duo', 'skey'], alnum(40), { strict: true }),
  prefixed('jumpcloud_token', 'jca_', alnum(36, 44)),
  named('jumpcloud_legacy_key', ['jumpcloud'], alnum(40), { strict: true }),
  named('ping_identity_secret', ['pingone', 'pingidentity', 'ping_identity', 'pingfederate'], alphabet('A-Za-z0-9.~_-')(28, 64), { strict: true }),
  prefixed('ory_key', ['ory_pat_', 'ory_apikey_', 'ory_wak_', 'ory_st_', 'ory_at_', 'ory_rt_', 'ory_ac_'], alphabet('A-Za-z0-9_.-').from(24)),
  named('descope_secret', ['descope'], base64url(40, 140), { strict: true }),
  named('frontegg_key', ['frontegg'], uuid),
  prefixed('authress_service_key', ['sc_', 'ext_', 'scauth_', 'authress_'], raw('[A-Za-z0-9]{5,30}\\.[A-Za-z0-9]{4,6}\\.acc[_-][A-Za-z0-9-]{10,32}\\.[A-Za-z0-9+/_=-]{30,120}', `exampleuser.ab12.acc-${alnum(16).sample}.${base64(43).sample}`)),
  prefixed('permit_key', 'permit_key_', alnum.from(40)),
  prefixed('unkey_key', 'unkey_', alnum(20, 40), { valid: looksDrawn }),
  named('unkey_root_key', 'unkey', alnum(20, 48), { strict: true }),
  named('jamf_client_secret', ['jamf', 'jss_'], base64url(30, 64), { strict: true }),
  named('intune_secret', ['mosyle', 'kandji', 'addigy'], base64url(30, 64), { strict: true }),
  named('pangea_token', ['pangea'], raw('pts_[a-z0-9]{30,36}', `pts_${lower(32).sample}`)),
  named('kinde_secret', ['kinde'], alnum(40, 60), { strict: true }),
  named('totp_seed', ['totp', 'otpauth', 'mfa_secret', 'otp_secret', 'two_factor'], alphabet('A-Z2-7')(16, 64), { strict: true, reach: 100 }),
  prefixed('authzed_token', ['sdbst_h256_', 'tc_'], alnum(40, 80), { valid: looksDrawn }),
  named('authentik_token', ['authentik', 'zitadel', 'logto', 'supertokens', 'casdoor', 'hanko', 'propelauth', 'userfront', 'loginradius'], base64url(28, 80), { strict: true }),
  named('loginradius_secret', ['loginradius', 'gigya', 'cidaas'], uuid),
]

const networks: readonly Rule[] = [
  prefixed('tailscale_key', ['tskey-auth-', 'tskey-api-', 'tskey-client-', 'tskey-scim-', 'tskey-webhook-', 'tskey-'], alphabet('A-Za-z0-9_-').from(18)),
  named('cloudflare_access_secret', ['cf_access', 'cf-access-client-secret', 'cloudflare_access'], hex(64), { strict: true }),
  patterned('wireguard_key', ['privatekey', 'presharedkey', 'private_key'], '(?:[pP]rivate_?[kK]ey|[pP]reshared_?[kK]ey)["\']?\\s{0,3}[=:]\\s{0,3}["\']?(?<s>[A-Za-z0-9+/]{43}=)', { finds: [`[Interface]\nPrivateKey = ${alnum(43).sample}=`, `PresharedKey=${alnum(43).sample}=`], ignores: [`PublicKey = ${alnum(43).sample}=`] }),
  named('zerotier_key', ['zerotier', 'zt_token', 'zt_api'], alnum(32), { strict: true }),
  prefixed('defined_networking_key', 'dnkey-', raw('[A-Z0-9]{26}-[A-Z0-9]{52}|[a-z0-9=_-]{26}-[a-z0-9=_-]{52}', `${upper(26).sample}-${upper(52).sample}`)),
  prefixed('netbird_token', 'nbp_', alnum(36)),
  named('netbird_setup_key', ['netbird', 'nb_setup'], uuid),
  named('twingate_token', 'twingate', dotted.from(40), { strict: true }),
  named('openvpn_key', ['openvpn_static', 'openvpn'], hex(256), { strict: true }),
  patterned('cisco_password', ['password 7', 'secret 5', 'secret 8', 'secret 9'], '\\b(?:password|secret) [57-9] (?<s>[0-9A-Fa-f]{8,60}|\\$[0-9]{1,2}\\$[A-Za-z0-9./$]{20,100})', { finds: ['enable password 7 0822455D0A16', 'enable secret 5 $1$ex4m$pleEx4mpleEx4mpleEx4mp1'], ignores: ['password 7 characters'] }),
  named('headscale_key', ['headscale', 'netmaker', 'zscaler', 'perimeter81', 'pomerium', 'strongdm'], dotted(32, 120), { strict: true }),
  named('mullvad_account', ['mullvad_account', 'mullvad_token'], digits(16)),
]

const clusters: readonly Rule[] = [
  prefixed('openshift_token', 'sha256~', base64url(43)),
  prefixed('rancher_token', 'token-', raw('[a-z0-9]{5}:[a-z0-9]{50,60}', `ab1cd:${lower(54).sample}`)),
  prefixed('portainer_token', 'ptr_', alphabet('A-Za-z0-9/+_=-')(32, 60), { valid: looksDrawn }),
  prefixed('docker_swarm_token', ['SWMTKN-1-', 'SWMKEY-1-'], alphabet('A-Za-z0-9+/=-').from(40)),
  patterned('docker_config_auth', ['"auth"', '"identitytoken"', '.dockerconfigjson'], '"(?:auth|identitytoken|registrytoken)"\\s{0,4}:\\s{0,4}"(?<s>[A-Za-z0-9+/_.-]{12,}={0,2})"', { finds: [`{"auths":{"registry.example.com":{"auth":"${base64(24).sample}=="}}}`], ignores: ['{"auth":"basic"}', '{"auth":true}'] }),
  patterned('kubernetes_config_key', ['client-key-data', 'client-certificate-data', 'id-token', 'refresh-token'], '(?:client-key-data|id-token|refresh-token)"?\\s{0,4}[:=]\\s{0,4}"?(?<s>[A-Za-z0-9+/_.=-]{24,})', { finds: [`    client-key-data: ${base64(80).sample}==`], ignores: ['client-key-data: path'] }),
  named('kubernetes_bootstrap_token', ['kubeadm', 'bootstrap'], raw('[a-z0-9]{6}\\.[a-z0-9]{16}', '0ex4mp.1ex4mple2ex4mple', '\\b'), { strict: true, reach: 100 }),
  patterned('kubernetes_bootstrap_secret', 'token-secret', 'token-secret"?\\s{0,4}:\\s{0,4}"?(?<s>[a-zA-Z0-9+/=]{16,40})', { finds: ['  token-id: 0ex4mp\n  token-secret: 1ex4mple2ex4mple'], ignores: ['token-secret: none'] }),
  patterned('signed_token_in_base64', ['zxlkagjhy2lpau', 'zxlkmgjhy2lpau', 'zxlkmgvyqwlpau', 'zxlkaglhv', 'zxlkag', 'zxlkmg'], '\\b(?<s>ZXlK[A-Za-z0-9+/_-]{60,}={0,2})', { finds: [`data: ZXlKaGJHY2lPaUpJ${base64(80).sample}`], ignores: ['ZXlK'] }),
  prefixed('teleport_token', 'teleport_', hex.from(32)),
  named('teleport_join_token', ['teleport', 'tctl'], hex(32), { strict: true }),
  named('etcd_password', ['etcd_root', 'etcd'], alnum(12, 64), { strict: true }),
]

const files: readonly Rule[] = [
  prefixed('age_secret_key', ['AGE-SECRET-KEY-1', 'AGE-SECRET-KEY-PQ-1', 'AGE-PLUGIN-'], upper.from(40)),
  prefixed('minisign_key', 'RWRTY0Iy', alphabet('A-Za-z0-9+/=').from(100)),
  prefixed('nostr_key', 'nsec1', alphabet('ac-hj-np-z02-9')(58)),
  isolated('bitcoin_extended_key', 'prv', raw('[xyz]prv[A-HJ-NP-Za-km-z1-9]{100,112}', `xprv${alphabet('A-HJ-NP-Za-km-z1-9')(107).sample}`)),
  named('bitcoin_private_key', ['wif', 'private_key', 'privkey', 'bitcoin'], raw('[5KL9c][A-HJ-NP-Za-km-z1-9]{50,51}', `5${alphabet('A-HJ-NP-Za-km-z1-9')(50).sample}`, '\\b'), { strict: true }),
  named('ethereum_private_key', ['private_key', 'privatekey', 'ethereum', 'wallet', 'deployer', 'mnemonic'], raw('(?:0x)?[a-fA-F0-9]{64}', `0x${hex(64).sample}`, '\\b'), { strict: true }),
  prefixed('kerberos_hash', ['$krb5asrep$', '$krb5tgs$', '$krb5pa$'], alphabet('A-Za-z0-9$*@._/-').from(40)),
  prefixed('blotter_key', 'blt_', raw('[0-9a-f]{12}_[0-9A-Za-z]{20,}', `${lowerHex(12).sample}_${alnum(38).sample}`)),
]

/** Most specific first. */
export const rules: readonly Rule[] = [...providers, ...networks, ...clusters, ...files]
