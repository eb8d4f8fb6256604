// Secrets of customer relations, support desks and people departments.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, digits, hex, oneOf, parts, uuid } from '../secret.ts'
import { calledSecret, credentials, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

const byPrefix: readonly Rule[] = [
  prefixed('hubspot_token', ['pat-na1-', 'pat-na2-', 'pat-na3-', 'pat-eu1-', 'pat-ap1-'], alphabet('a-fA-F0-9-').from(30)),
  // help.salesforce.com: an organisation's id (00D), an exclamation mark, the session
  prefixed('salesforce_session', ['00D'], parts(alnum(12, 15), '!', alphabet('A-Za-z0-9._').from(60))),
  prefixed('salesforce_consumer_key', ['3MVG9'], alphabet('A-Za-z0-9._').from(60)),
  prefixed('salesforce_refresh_token', ['5Aep861'], alphabet('A-Za-z0-9._').from(60)),
  prefixed('zoho_token', ['1000.'], parts(alnum(32), '.', alnum(32))),
  prefixed('zoho_client_id', ['1000.'], parts(alphabet('A-Z0-9')(30))),
  prefixed('close_key', ['api_'], parts(alnum(20, 24), '.', alnum(20, 24))),
  prefixed('keap_key', ['KeapAK-', 'KeapSAK-'], alnum.from(40)),
  prefixed('clearbit_key', ['sk_', 'pk_'], hex(32)),
  prefixed('plain_key', ['plainApiKey_'], base64url.from(30)),
  prefixed('personio_key', ['papi-'], uuid),
  prefixed('lob_key', ['live_pub_', 'test_pub_'], alnum.from(23)),
]

const byName: readonly Rule[] = [
  ...credentials([
    'agile_crm', 'aircall_api', 'apollo_api', 'apollo_io', 'appcues', 'ashbyhq', 'attio', 'bamboohr', 'better_proposals', 'breezy_hr', 'canny_',
    'capsule_crm', 'chameleon_', 'chatwoot', 'checkr', 'churnzero', 'clay_api', 'copper_crm', 'deel_', 'deskpro', 'dropbox_sign', 'freshcaller',
    'freshchat', 'freshdesk', 'freshmarketer', 'freshsales', 'freshservice', 'freshworks', 'fullcontact', 'gainsight', 'gladly_', 'gong_io',
    'greenhouse_io', 'groove_hq', 'gusto_', 'happyfox', 'help_scout', 'helpcrunch', 'helpdesk_com', 'hibob', 'insightly', 'jazzhr', 'kayako',
    'kustomer', 'lattice_', 'leadfeeder', 'leadiq', 'liveagent', 'livestorm', 'lusha', 'medallia', 'namely_', 'nethunt', 'nimble_crm', 'nutshell_crm',
    'outreach_io', 'pandadoc', 'peopledatalabs', 'pipedrive', 'pipeliner', 'planhat', 'productboard', 'promoter_io', 'proposify', 'qualtrics',
    'qwilr', 'reamaze', 'recruitee', 'rippling', 'rocketreach', 'salesflare', 'salesforce', 'salesloft', 'salesmate', 'satismeter', 'sendoso',
    'servicenow', 'sfdc', 'signnow', 'smartrecruiters', 'surveymonkey', 'surveysparrow', 'teamtailor', 'teamwork_desk', 'totango', 'user_com',
    'userlane', 'userpilot', 'uservoice', 'vitally', 'wootric', 'workable_', 'workday', 'yousign', 'zammad', 'zendesk', 'zoho',
  ]),
  ...uuids([
    'docusign', 'hapikey', 'helpshift', 'remote_com', 'sugarcrm', 'zoominfo',
  ]),
  named('salesforce_legacy_secret', ['salesforce_client', 'salesforce_consumer', 'sfdc_consumer'], digits(16, 20)),
  named('zoho_key', 'zoho', base64url(32, 60), { strict: true, valid: calledSecret }),
  named('hubspot_key', 'hubspot', base64url(32, 200), { strict: true, valid: calledSecret }),
  named('greenhouse_key', 'greenhouse', parts(hex(32), '-', digits(1))),
  named('lever_key', ['lever_api', 'lever_hr', 'lever_co'], base64(60, 64), { strict: true, valid: calledSecret }),
  named('pendo_key', 'pendo', parts(uuid, oneOf('.us', '.eu', ''))),
  named('front_token', ['front_api', 'frontapp', 'front_app'], alphabet('A-Za-z0-9._-').from(60), { strict: true, valid: calledSecret }),
  named('calendly_key', 'calendly', alphabet('A-Za-z0-9._-').from(40), { strict: true, valid: calledSecret }),
  named('docusign_token', 'docusign', alphabet('A-Za-z0-9._-').from(80), { strict: true, valid: calledSecret }),
]

export const rules: readonly Rule[] = [...byPrefix, ...byName]
