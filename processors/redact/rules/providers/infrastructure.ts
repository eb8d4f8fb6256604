// Keys of hosting, content delivery, domains and tunnels: whoever holds one can change what runs, or where a name points.

import { named, namedEach, patterned, prefixed } from '../make.ts'
import { looksDrawn } from '../near.ts'
import { alnum, alphabet, base64url, hex, lower, lowerHex, parts, raw, upper, uuid, word } from '../secret.ts'
import { isolated } from './rows.ts'
import type { Rule } from '../../rule.ts'

const hosting: readonly Rule[] = [
  prefixed('digitalocean_token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], hex(64)),
  prefixed('digitalocean_spaces_key', 'DO00', upper(16), { valid: looksDrawn }),
  named('digitalocean_key', ['digitalocean', 'do_token', 'do_api', 'do_spaces', 'spaces_secret'], raw('[a-f0-9]{64}|[A-Za-z0-9/+]{43}', lowerHex(64).sample, '\\b'), { strict: true }),
  named('linode_token', ['linode'], hex(64)),
  named('vultr_key', ['vultr'], raw('[A-Z0-9]{36}|[a-f0-9]{36}', upper(36).sample, '\\b')),
  named('equinix_token', ['packet_api', 'packet_auth', 'equinix', 'metal_auth'], alnum(28, 36), { strict: true }),
  named('civo_key', 'civo', alnum(50)),
  isolated('exoscale_key', 'exo', parts('EXO', alnum(24, 30)), (match) => (match.match(/[A-Z]/g) ?? []).length >= 8 && /[a-z]/.test(match)),
  named('exoscale_secret', 'exoscale', base64url(40, 60), { strict: true }),
  prefixed('heroku_key', 'HRKU-', alphabet('A-Za-z0-9_-').from(36)),
  named('heroku_legacy_key', ['heroku'], uuid),
  prefixed('render_key', 'rnd_', alnum(24, 40), { valid: looksDrawn }),
  named('render_hook', ['api.render.com/deploy'], raw('[A-Za-z0-9_-]{11}', base64url(11).sample), { finds: [`https://api.render.com/deploy/srv-abc?key=${base64url(11).sample}`], reach: 40 }),
  named('render_api_key', ['render_api', 'render_token', 'render_key'], alnum(32)),
  patterned('fly_token', ['flyv1 ', 'fm1r_', 'fm2_', 'fm1a_', 'fo1_'], '(?:\\bFlyV1 |\\b)(?<s>(?:fm[12][ra]?_|fo1_)[A-Za-z0-9+/=_,-]{40,})', { finds: [`FLY_API_TOKEN="FlyV1 fm2_${base64url(100).sample}"`, `fo1_${base64url(43).sample}`], ignores: ['FlyV1 token'] }),
  patterned('fly_macaroon', 'flyv1 ', '\\bFlyV1 (?<s>[A-Za-z0-9+/=_,-]{100,})', { finds: [`FlyV1 ${base64url(120).sample}`], ignores: ['FlyV1 token'] }),
  named('railway_token', ['railway'], raw('[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9]{32}', uuid.sample, '\\b'), { strict: true }),
  prefixed('netlify_token', ['nfp_', 'nfo_', 'nfc_', 'nfu_', 'nfb_'], alnum(36, 48)),
  named('netlify_key', ['netlify'], base64url(40, 64), { strict: true }),
  prefixed('vercel_token', ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'], base64url(40, 60), { valid: looksDrawn }),
  prefixed('vercel_blob_token', 'vercel_blob_rw_', word.from(30)),
  named('vercel_key', ['vercel', 'zeit', 'now_token'], alnum(24), { strict: false }),
  named('koyeb_token', 'koyeb', alnum(60, 70)),
  prefixed('northflank_token', 'nf-', raw('eyJ[A-Za-z0-9_.-]{40,}', `eyJ${base64url(60).sample}`)),
  named('platformsh_token', ['platformsh', 'platform_sh', 'upsun'], base64url(40, 64), { strict: true }),
  named('pantheon_token', ['pantheon', 'terminus'], base64url(40, 64), { strict: true }),
  named('wpengine_key', ['wpengine', 'wpe_api', 'kinsta', 'cloudways'], alnum(24, 64), { strict: true }),
  prefixed('scalingo_token', 'tk-us-', base64url(48)),
  named('hop_token', ['hop_'], raw('(?:hop_pat_|ptk_)[A-Za-z0-9_-]{20,80}', `hop_pat_${base64url(24).sample}`)),
  prefixed('hop_project_token', ['ptk_', 'hop_pat_'], base64url(20, 80), { valid: looksDrawn }),
  named('ansible_tower_token', ['awx_', 'ansible_tower', 'tower_oauth'], alnum(30, 40), { strict: true }),
  named('backblaze_key', ['backblaze', 'b2_application', 'b2_key', 'b2_app'], alphabet('A-Za-z0-9/+')(31), { strict: true }),
  patterned('backblaze_application_key', ['k00'], '(?:^|[^A-Za-z0-9+/])(?<s>K00[0-9][A-Za-z0-9/+]{27})(?:[^A-Za-z0-9+/]|$)', { valid: looksDrawn, finds: [`B2_APPLICATION_KEY=K004${alnum(27).sample}`], ignores: ['K004'] }),
  named('wasabi_key', ['wasabi', 'minio', 'storj', 'filebase', 'ceph', 'r2_secret', 's3_secret', 'idrive'], alnum(36, 64), { strict: true }),
  named('lambda_cloud_key', ['lambda_labs', 'lambdalabs', 'lambda_cloud', 'lambda_api'], raw('secret_[a-zA-Z0-9_]{10,60}\\.[A-Za-z0-9]{20,60}', `secret_example_${lowerHex(32).sample}.${alnum(32).sample}`)),
  named('vast_key', ['vast.ai', 'vastai', 'vast_api', 'vast_key'], hex(64)),
  named('paperspace_key', ['paperspace', 'coreweave', 'crusoe', 'latitudesh', 'latitude_sh', 'cherryservers', 'packetfabric'], alnum(24, 64), { strict: true }),
  prefixed('baseten_token', 'bst_', alnum(30, 60), { valid: looksDrawn }),
  named('baseten_legacy_key', 'baseten', parts(alnum(8), '.', alnum(32))),
  named('salad_key', ['saladcloud', 'salad_cloud', 'salad_api'], raw('salad_cloud_[a-z]{1,60}_[A-Za-z0-9]{40,60}', `salad_cloud_user_${alnum(48).sample}`)),
  named('truenas_key', ['truenas', 'true_nas', 'freenas'], raw('[0-9]{1,6}-[A-Za-z0-9]{64}', `1-${alnum(64).sample}`, '\\b')),
  named('proxmox_token', ['pveapitoken', 'proxmox', 'pve_token'], uuid),
  named('spot_token', ['spotinst', 'spot_token', 'cast_ai', 'castai'], alnum(40, 64), { strict: true }),
]

const delivery: readonly Rule[] = [
  // developers.cloudflare.com: API tokens (40, or cf..._ with a checksum), the global key (37), Origin CA keys
  prefixed('cloudflare_token', ['cfut_', 'cfat_', 'cfk_', 'cfct_'], base64url(40, 70)),
  prefixed('cloudflare_origin_ca_key', 'v1.0-', raw('[a-f0-9]{24}-[a-f0-9]{100,170}', `${lowerHex(24).sample}-${lowerHex(146).sample}`)),
  named('cloudflare_key', ['cloudflare', 'cf_api', 'cf_token', 'cf_dns', 'x-auth-key', 'cf_zone', 'wrangler', 'cf_global'], base64url(37, 42), { strict: true }),
  named('cloudflare_turnstile_secret', ['turnstile', 'cloudflare', 'cf_turnstile'], raw('0x4[A-Za-z0-9_-]{32,34}', `0x4${base64url(32).sample}`)),
  named('fastly_token', ['fastly'], base64url(32)),
  prefixed('akamai_token', ['akab-', 'akaa-'], raw('[a-z0-9]{16}-[a-z0-9]{16}', `${lower(16).sample}-${lower(16).sample}`)),
  named('akamai_secret', ['akamai', 'client_secret', 'edgegrid'], raw('[A-Za-z0-9+/]{43}=', `${alnum(43).sample}=`), { strict: true }),
  named('bunny_key', ['bunny', 'bunnycdn', 'b-cdn'], raw('[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12,20}(?:-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?', uuid.sample, '\\b'), { strict: true }),
  named('keycdn_token', ['keycdn'], raw('(?:sk_prod_)?[A-Za-z0-9]{24,60}', alnum(32).sample, '\\b'), { strict: true }),
  named('cdn_key', ['imgix', 'gcore', 'edgio', 'stackpath', 'limelight', 'cachefly', 'section_io'], alnum(32, 96), { strict: true }),
  named('ngrok_token', ['ngrok'], raw('[A-Za-z0-9]{25,30}_[A-Za-z0-9]{20,24}|(?:cr_|ak_)[A-Za-z0-9]{25,30}', `2${alnum(26).sample}_${alnum(21).sample}`, '\\b')),
  named('localtunnel_key', ['localxpose', 'pinggy', 'playit'], alnum(24, 64), { strict: true }),
]

const domains: readonly Rule[] = [
  patterned('godaddy_key', 'sso-key', 'sso-key\\s{1,3}(?<s>[A-Za-z0-9_]{10,40}:[A-Za-z0-9_]{20,24})', { finds: [`Authorization: sso-key ${alnum(35).sample}:${alnum(22).sample}`], ignores: ['sso-key authentication'] }),
  named('godaddy_secret', ['godaddy'], alnum(22, 37), { strict: true }),
  named('dns_host_key', ['namecheap', 'gandi', 'ns1_', 'nsone', 'desec', 'dnsmadeeasy', 'name.com', 'luadns', 'easydns', 'dynu', 'zonomi'], alnum(20, 64), { strict: true }),
  prefixed('dnsimple_account_token', ['dnsimple_a_', 'dnsimple_u_', 'dnsimple_o_'], alnum(32)),
  prefixed('porkbun_key', ['pk1_', 'sk1_'], lowerHex(64)),
  named('dnspod_token', ['dnspod'], raw('(?:[0-9]{4,8},)?[a-f0-9]{32}', lowerHex(32).sample, '\\b'), { strict: true }),
  named('duckdns_token', ['duckdns'], uuid),
  named('sslmate_key', ['sslmate', 'zerossl', 'letsencrypt_eab', 'eab_hmac', 'acme_eab'], base64url(32, 90), { strict: true }),
  named('rfc2136_key', ['tsig_key', 'tsig_secret', 'rndc_key', 'rndc'], raw('[A-Za-z0-9+/]{43,86}={1,2}', `${alnum(43).sample}=`), { strict: false }),
  ...namedEach(['dreamhost_api', 'hover_dns', 'vercara'], hex(40)),
]

/** Most specific first. */
export const rules: readonly Rule[] = [...hosting, ...delivery, ...domains]
