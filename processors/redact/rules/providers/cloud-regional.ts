// Keys of the regional clouds: Alibaba, Tencent, Huawei, Baidu, Volcengine, Yandex, IBM, Oracle, OVH, Infomaniak, Scaleway, Hetzner.

import { named, patterned, prefixed } from '../make.ts'
import { looksDrawn, looksIssued } from '../near.ts'
import { alnum, alphabet, base64, base64url, dotted, hex, lower, parts, upper, uuid } from '../secret.ts'
import { isolated } from './rows.ts'
import type { Rule } from '../../rule.ts'
import type { Shaped } from '../secret.ts'

const yandexPart = alphabet('A-Za-z0-9_-', '={0,2}')

/** The secret that stands after the id it belongs to, as in an exported list of keys. */
function pair(id: string, start: string, rest: Shaped, secret: Shaped): Rule {
  return patterned(id, start.toLowerCase(), `\\b${start}${rest.source}[^A-Za-z0-9+/=_-][\\s\\S]{0,60}?[\\s"'=:,>|](?<s>${secret.source})${secret.end}`, {
    valid: (match) => looksIssued(match, true), finds: [`${start}${rest.sample},,${secret.sample}`, `id=${start}${rest.sample} secret=${secret.sample}`], ignores: [`${start} and nothing`],
  })
}

export const regionalRules: readonly Rule[] = [
  isolated('alibaba_access_key', 'ltai', parts('LTAI', alnum(12, 24))),
  prefixed('alibaba_session_key', 'STS.', alnum(16, 64)),
  pair('alibaba_key_pair', 'LTAI', alnum(12, 24), alnum(30)),
  named('alibaba_secret_key', ['alibaba', 'aliyun', 'alicloud', 'access_key_secret'], alnum(30)),
  named('alibaba_session_secret', ['alibaba', 'aliyun', 'sts'], alnum(40, 64), { strict: true }),
  isolated('alibaba_session_token', 'cais', parts('CAIS', alphabet('A-Za-z0-9+/_-', '={0,2}').from(20)), looksDrawn),
  isolated('tencent_secret_id', 'akid', parts('AKID', alnum(32, 36))),
  pair('tencent_key_pair', 'AKID', alnum(32, 36), alnum(32)),
  named('tencent_secret_key', ['tencent', 'qcloud', 'cos_secret'], alnum(32)),
  named('huawei_access_key', ['huawei', 'hwcloud', 'hms'], upper(20), { strict: true }),
  named('huawei_secret_key', ['huawei', 'hwcloud', 'hms'], alnum(40, 64), { strict: true }),
  named('baidu_cloud_key', ['baidu', 'bce_secret', 'bce_access', 'qianfan'], alnum(24, 32), { strict: true }),
  prefixed('baidu_bce_key', 'bce-v3/ALTAK-', parts(alnum(16, 30), '/', hex(40))),
  isolated('volcengine_access_key', 'aklt', parts('AKLT', base64url(43, 48))),
  pair('volcengine_key_pair', 'AKLT', base64url(43, 48), alphabet('A-Za-z0-9+/', '={0,2}')(40, 60)),
  named('volcengine_ark_key', ['volcengine', 'volcano_ark', 'ark_api', 'doubao'], uuid),
  named('volcengine_secret', ['volcengine', 'volc_'], alphabet('A-Za-z0-9+/', '={0,2}')(40, 60), { strict: true }),
  // cloud.yandex.com: API keys, IAM tokens, static keys, OAuth tokens
  prefixed('yandex_api_key', 'AQVN', base64url(35, 38)),
  patterned('yandex_iam_token', 't1.9', `\\b(?<s>t1\\.9[A-Za-z0-9_=-]{2,400}\\.${yandexPart(86).source})`, { finds: [`t1.9euelZqexample.${base64url(86).sample}`], ignores: ['t1.9'] }),
  prefixed('yandex_oauth_token', ['y0_', 'y1_', 'y2_', 'y3_'], base64url(50, 70)),
  named('yandex_static_key', 'yandex', parts('YC', base64url(38))),
  named('yandex_key', 'yandex', dotted(39, 83), { strict: true }),
  named('ibm_cloud_key', ['ibm', 'bluemix', 'watson', 'softlayer'], base64url(42, 44), { strict: true }),
  named('oracle_key', ['oracle', 'oci_'], base64(40, 88), { strict: true }),
  named('ovh_key', ['ovh', 'application_secret', 'consumer_key', 'kimsufi', 'soyoustart'], alnum(32), { strict: true }),
  named('ovh_application_key', ['ovh', 'application_key'], alnum(16), { strict: true }),
  named('infomaniak_token', 'infomaniak', base64url(60, 100)),
  isolated('scaleway_access_key', 'scw', parts('SCW', upper(17))),
  named('scaleway_secret_key', ['scaleway', 'scw'], uuid),
  named('hetzner_token', ['hetzner', 'hcloud'], alnum(32, 64)),
  named('ionos_key', 'ionos', parts(hex(32), '.', base64url(40, 90))),
  named('stackit_key', 'stackit', dotted.from(40), { strict: true }),
  named('naver_cloud_key', ['naver', 'ncloud', 'ncp_'], alnum(20, 40), { strict: true }),
  named('rackspace_key', 'rackspace', hex(32)),
  named('upcloud_key', 'upcloud', lower(24, 32), { strict: true }),
  prefixed('upcloud_token', 'ucat_', alnum(24, 32)),
]
