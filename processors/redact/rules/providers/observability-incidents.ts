// Keys of what reports errors and wakes people: error trackers, uptime checks, paging, status pages.

import { named, namedEach, patterned, prefixed } from '../make.ts'
import { alnum, alphabet, base64url, hex, lowerHex, raw, uuid } from '../secret.ts'
import type { Rule } from '../../rule.ts'

export const incidentRules: readonly Rule[] = [
  named('rollbar_token', ['rollbar'], alnum(32, 64), { strict: true }),
  prefixed('rollbar_item_token', ['post_server_item_', 'post_client_item_'], alnum(20, 40)),
  named('bugsnag_key', ['bugsnag', 'insight_hub'], hex(32), { strict: true }),
  named('raygun_key', ['raygun'], alphabet('A-Za-z0-9+/')(22, 32), { strict: true }),
  prefixed('honeybadger_key', ['hbp_', 'hba_', 'hbu_'], alnum.from(30)),
  named('honeybadger_project_key', ['honeybadger'], hex(8, 40), { strict: true }),
  named('appsignal_key', ['appsignal'], uuid),
  named('better_stack_token', ['better_stack', 'betterstack', 'better_uptime', 'logtail'], alnum(24), { strict: true }),
  // support.pagerduty.com: personal, general access and routing keys
  named('pagerduty_key', ['pagerduty', 'pager_duty', 'pd_api', 'pd_token', 'pd_key', 'pd_secret'], raw('u\\+[A-Za-z0-9_+-]{18}|[a-f0-9]{32}|[A-Za-z0-9_+-]{20}', `u+${base64url(18).sample}`, '(?:[^A-Za-z0-9_+-]|$)'), { strict: true }),
  prefixed('pagerduty_token', ['pdus+_', 'pdeu+_'], base64url.from(30)),
  named('opsgenie_key', ['opsgenie', 'genie_key', 'geniekey'], uuid, { strict: false }),
  prefixed('rootly_key', 'rootly_', lowerHex(64)),
  prefixed('firehydrant_key', 'fhb-', lowerHex(32)),
  named('incident_io_key', ['incident_io', 'incident.io'], alnum(40, 80), { strict: true }),
  named('victorops_key', ['victorops', 'splunk_on_call'], uuid),
  patterned('victorops_address', 'alert.victorops.com', 'alert\\.victorops\\.com/integrations/[a-z]{1,20}/[0-9]{1,20}/alert/(?<s>[0-9a-f-]{36})', { finds: [`https://alert.victorops.com/integrations/generic/20131114/alert/${uuid.sample}/team`], ignores: ['https://alert.victorops.com/'] }),
  named('squadcast_token', 'squadcast', hex(40), { strict: true }),
  named('statuscake_key', ['statuscake'], base64url(20, 30), { strict: true }),
  named('pingdom_key', ['pingdom'], base64url(64), { strict: true }),
  named('uptimerobot_key', ['uptime_robot'], raw('(?:ur?|m)[0-9]{5,10}-[A-Za-z0-9]{20,32}|ur[A-Za-z0-9-]{29}|[A-Za-z0-9]{28}', `u1234567-${hex(24).sample.toLowerCase()}`, '\\b'), { strict: true }),
  patterned('uptimerobot_monitor_key', ['api_key', 'apikey'], '\\b(?<s>[um][0-9]{6,10}-[a-f0-9]{24})\\b', { finds: [`api_key=u1234567-${lowerHex(24).sample}`], ignores: ['api_key u1234567'] }),
  prefixed('checkly_key', 'cu_', lowerHex(32)),
  prefixed('healthchecks_key', ['hcr_', 'hcw_'], alnum(28, 40)),
  named('catchpoint_key', 'catchpoint', alphabet('A-Za-z0-9+/-', '={0,2}')(32, 80), { strict: true }),
  named('thousandeyes_token', 'thousandeyes', alnum(32), { strict: true }),
  named('netdata_token', 'netdata', uuid),
  named('icinga_key', ['icinga', 'nagios'], alnum(32, 64), { strict: true }),
  ...namedEach(['cronitor', 'logrocket', 'epsagon', 'site24x7', 'uptrends', 'datadome', 'stackify', 'wavefront'], hex(32), { strict: true }),
]
