// Keys of what watches: metrics, logs, traces, errors, uptime, incidents.

import { incidentRules } from './observability-incidents.ts'
import { named, patterned, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, hex, lower, lowerHex, parts, raw, upper, uuid } from '../secret.ts'
import { isolated } from './rows.ts'
import type { Rule } from '../../rule.ts'

const platforms: readonly Rule[] = [
  named('datadog_key', ['datadog', 'dd_api', 'dd_app', 'dd_client', 'ddog', 'dd-api-key', 'dd-application-key'], alphabet('A-Za-z0-9-')(32, 40), { ignores: ['datadog trace 0123456789abcdef0123456789abcdef'] }),
  prefixed('datadog_application_key', ['ddapp_', 'ddpat_'], alnum.from(30)),
  // docs.newrelic.com, "New Relic API keys": user, browser, insert, query, admin and REST keys; licence keys end in NRAL
  prefixed('new_relic_key', ['NRAK-', 'NRII-', 'NRIQ-', 'NRAA-', 'NRRA-', 'NRSP-', 'NRBR-', 'NRJS-', 'NRMA-'], alphabet('A-Za-z0-9_-')(19, 48)),
  patterned('new_relic_license_key', 'nral', '\\b(?<s>[A-Za-z0-9]{36}(?:FFFF)?NRAL)\\b', { finds: [`license_key: ${lowerHex(36).sample}NRAL`], ignores: ['NRAL'] }),
  named('new_relic_secret', ['new_relic', 'nr_license', 'nr_insert', 'nr_api'], alphabet('A-Za-z0-9_.-')(32, 64), { strict: true }),
  prefixed('grafana_token', ['glsa_', 'glc_'], alphabet('A-Za-z0-9+/_=-').from(32)),
  isolated('grafana_api_key', 'eyjrijoi', parts('eyJrIjoi', base64(40, 380))),
  prefixed('sentry_token', ['sntryu_', 'sntrya_', 'sntryi_'], lowerHex(64)),
  prefixed('sentry_organisation_token', 'sntrys_', alphabet('A-Za-z0-9+/=_-').from(40)),
  named('sentry_key', 'sentry', hex(64), { strict: true }),
  patterned('sentry_dsn', 'sentry.io', 'https?://[a-f0-9]{32}:(?<s>[a-f0-9]{32})@[a-z0-9.-]{1,100}sentry\\.io/', { finds: [`https://${lowerHex(32).sample}:${lowerHex(32).sample}@o1.ingest.sentry.io/42`], ignores: ['https://sentry.io/organizations/example'] }),
  prefixed('honeycomb_ingest_key', ['hcaik_', 'hcbik_', 'hccik_', 'hcdik_', 'hcalk_', 'hcamk_', 'hcxik_', 'hcxlk_', 'hcxmk_', 'hcaek_', 'hcbmk_'], alnum.from(50)),
  named('honeycomb_key', ['honeycomb'], raw('hc[a-z0-9]{3}_[A-Za-z0-9]{50,64}|[a-f0-9]{32}|[A-Za-z0-9]{22}', alnum(22).sample, '\\b'), { strict: true }),
  // docs.dynatrace.com: a public part, then the secret
  patterned('dynatrace_token', ['dt0'], '\\b(?<s>dt0[a-z][0-9]{2}\\.[A-Za-z0-9-]{8,128}\\.[A-Za-z0-9]{64})', { finds: [`Api-Token dt0${'c01'}.${upper(24).sample}.${upper(64).sample}`], ignores: ['dt0c01'] }),
  named('splunk_token', ['splunk', 'hec_token', 'http_event_collector'], uuid),
  named('splunk_observability_token', ['signalfx', 'splunk_access', 'sfx_', 'splunk_observability'], base64url(22), { strict: true }),
  prefixed('elastic_cloud_key', ['essu_', 'essa_'], alphabet('A-Za-z0-9_=-').from(40)),
  named('elastic_key', ['elastic', 'ec_api', 'kibana', 'x-elastic', 'elasticsearch', 'es_api', 'opensearch'], alphabet('A-Za-z0-9+/_-', '={0,2}')(40, 200), { strict: true }),
  patterned('elastic_authorization', 'apikey ', '[aA]uthorization["\']?\\s{0,3}[:=]\\s{0,3}["\']?[aA]pi[kK]ey\\s{1,3}(?<s>[A-Za-z0-9+/_=-]{20,200})', { finds: [`Authorization: ApiKey ${base64(60).sample}==`], ignores: ['Authorization: ApiKey required'] }),
  named('logz_token', ['logz', 'logzio'], raw('[A-Za-z]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', uuid.sample, '\\b'), { strict: true }),
  named('sumo_logic_id', ['sumo'], raw('su[A-Za-z0-9]{12}', `su${alnum(12).sample}`, '\\b'), { strict: true }),
  named('sumo_logic_key', ['sumo'], alnum(62, 64)),
  patterned('sumo_logic_collector', 'sumologic.com', 'sumologic\\.com/receiver/v1/http/(?<s>[A-Za-z0-9_=-]{40,200})', { finds: [`https://collectors.sumologic.com/receiver/v1/http/${base64url(88).sample}==`], ignores: ['https://collectors.sumologic.com/receiver/v1/http/'] }),
  named('loggly_token', ['loggly'], uuid),
  patterned('loggly_address', 'loggly.com', 'loggly\\.com/(?:inputs|bulk)/(?<s>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})', { finds: [`https://logs-01.loggly.com/inputs/${uuid.sample}/tag/http/`], ignores: ['https://logs-01.loggly.com/inputs/'] }),
  named('papertrail_token', ['papertrail', 'solarwinds', 'appoptics', 'librato'], raw('[A-Za-z0-9_-]{20,80}(?::[A-Za-z0-9_-]{2,60})?', base64url(71).sample), { strict: true }),
  named('logdna_key', ['logdna', 'mezmo'], raw('(?:sts_)?[a-f0-9]{32,64}', `sts_${lowerHex(32).sample}`)),
  named('logentries_token', ['logentries', 'insightops', 'rapid7'], uuid),
  prefixed('coralogix_key', ['cxtp_', 'cxup_', 'cxsp_'], alnum.from(20)),
  named('coralogix_private_key', 'coralogix', uuid),
  prefixed('axiom_token', ['xaat-', 'xapt-'], uuid),
  named('signoz_key', ['signoz'], alphabet('A-Za-z0-9+/-', '={0,2}')(32, 64), { strict: true }),
  named('lightstep_token', ['lightstep', 'ls_access', 'servicenow_cloud'], alphabet('A-Za-z0-9+/_-', '={0,2}')(60, 140)),
  named('instana_key', ['instana'], base64url(20, 24), { strict: true }),
  named('appdynamics_key', ['appdynamics'], alphabet('A-Za-z0-9_-')(10, 64), { strict: true }),
  named('scalyr_key', ['scalyr', 'dataset_api'], alphabet('A-Za-z0-9_./+-')(40, 64), { strict: true }),
  named('observe_token', ['observeinc', 'observe_token'], raw('ds[A-Za-z0-9]{18}:[A-Za-z0-9]{32}', `ds${alnum(18).sample}:${alnum(32).sample}`)),
  named('lumigo_token', 'lumigo', raw('t_[a-f0-9]{20,24}', `t_${lowerHex(21).sample}`)),
  named('sematext_token', ['sematext'], uuid),
  named('zabbix_token', 'zabbix', lowerHex(32, 64), { strict: true }),
  named('influxdb_token', ['influx'], alphabet('A-Za-z0-9_-', '={0,2}')(84, 90)),
  named('graylog_token', 'graylog', lower(40, 60), { strict: true }),
  named('keen_key', ['keenio', 'keen_io', 'keen_write', 'keen_read', 'keen_master'], hex(64, 128)),
  prefixed('logicmonitor_token', ['lmb_', 'lma_'], alphabet('A-Za-z0-9+/=!@#$%^&*()_-').from(40)),
  named('logicmonitor_key', 'logicmonitor', alphabet('A-Za-z0-9_+^~-')(38, 64), { strict: true }),
  prefixed('openobserve_token', 'o2oi_', alnum.from(20)),
  named('plausible_key', ['plausible', 'umami', 'matomo'], base64url(32, 64), { strict: true }),
]

/** Most specific first. */
export const rules: readonly Rule[] = [...platforms, ...incidentRules]
