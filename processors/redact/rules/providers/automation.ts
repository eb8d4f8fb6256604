// Secrets of automation, work management, documents and content: what teams connect to each other.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, digits, hex, lower, parts, raw, upper, uuid } from '../secret.ts'
import { address, calledSecret, credentials, isolated, looksRandom, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

/** Who knows the address starts the flow. */
const addresses: readonly Rule[] = [
  address('zapier_webhook', 'hooks.zapier.com/hooks/catch/', parts(digits(4, 12), '/', alphabet('A-Za-z0-9/').from(5)), {
    start: 'hooks\\.zapier\\.com/hooks/(?:catch|standard)/', keywords: ['hooks.zapier'],
  }),
  address('make_webhook', 'hook.eu1.make.com/', lower(20, 40), {
    start: 'hook\\.(?:[a-z]{2}[0-9]\\.)?(?:make|integromat)\\.com/', keywords: ['make.com', 'integromat.com'],
  }),
  address('ifttt_webhook', 'maker.ifttt.com/trigger/door/with/key/', base64url.from(18), {
    start: 'maker\\.ifttt\\.com/(?:use|trigger/[A-Za-z0-9_-]{1,60}/(?:json/)?with/key)/', keywords: ['maker.ifttt'],
  }),
  address('pipedream_webhook', '', parts(alphabet('a-z0-9')(10, 40), '.m.pipedream.net'), { start: '//', keywords: ['.m.pipedream.net'] }),
  address('power_automate_webhook', `prod-01.logic.azure.com:443/workflows/${hex(32).sample.toLowerCase()}/triggers/manual/paths/invoke?api-version=2016-06-01&sig=`, base64url.from(30), {
    start: 'logic\\.azure\\.com(?::443)?/workflows/[0-9a-f]{32}/[A-Za-z0-9/_%.?=&-]{0,200}&sig=', keywords: ['logic.azure.com'],
  }),
  address('workato_webhook', 'workato.com/webhooks/rest/', uuid),
  address('tray_webhook', '', parts(uuid, '.trayapp.io'), { start: '//', keywords: ['.trayapp.io'] }),
  address('airtable_webhook', 'hooks.airtable.com/workflows/v1/genericWebhook/appEx4mpleEx4mple/wflEx4mpleEx4mple/', parts('wtr', alnum(14)), {
    start: 'airtable\\.com/workflows/v1/genericWebhook/app[A-Za-z0-9]{14}/wfl[A-Za-z0-9]{14}/', keywords: ['genericwebhook'],
  }),
  address('jira_webhook', 'automation.atlassian.com/pro/hooks/', hex.from(30), {
    start: 'automation\\.(?:atlassian|codebarrel)\\.(?:com|io)/pro/hooks/', keywords: ['/pro/hooks/'],
  }),
  address('jotform_webhook', 'api.jotform.com/user?apiKey=', hex(32), { start: 'api\\.jotform\\.com/[a-z/0-9]{0,60}\\?apiKey=', keywords: ['api.jotform'] }),
]

/** developers.asana.com: version, the user's id, since 2024 the token's id, then the secret. */
const asana = raw('[0-2]/[0-9]{15,17}(?:/[0-9]{15,17})?:[0-9a-f]{32}', `1/1201234567890123:${hex(32).sample.toLowerCase()}`, '\\b')

const byPrefix: readonly Rule[] = [
  prefixed('n8n_key', ['n8n_api_'], alnum.from(32)),
  prefixed('workato_token', ['wrkaus-', 'wrkeus-', 'wrkatrial-', 'wrkprod-'], alphabet('A-Za-z0-9_.=-').from(40)),
  prefixed('airtable_token', ['pat'], parts(alnum(14), '.', hex(64))),
  prefixed('notion_token', ['ntn_', 'secret_'], alnum(40, 50), { valid: looksRandom }),
  prefixed('trello_token', ['ATTA'], hex.from(60)),
  prefixed('linear_token', ['lin_api_', 'lin_oauth_', 'lin_wh_'], alnum.from(32)),
  // id.atlassian.com: kind, version, body, and after `=` a checksum in hexadecimal
  prefixed('atlassian_token', ['ATATT3', 'ATCTT3', 'ATSTT3', 'ATOTT3'], alphabet('A-Za-z0-9=_-').from(40)),
  prefixed('clickup_token', ['pk_'], parts(digits(5, 10), '_', alphabet('A-Za-z0-9')(32))),
  prefixed('typeform_token', ['tfp_'], alphabet('A-Za-z0-9._=-').from(40)),
  prefixed('calcom_key', ['cal_live_', 'cal_'], hex(32)),
  prefixed('dropbox_token', ['sl.', 'sl.u.'], base64url.from(100)),
  prefixed('figma_token', ['figd_', 'figdh_', 'figu_', 'figur_', 'figuh_', 'figo_', 'figor_', 'figoh_'], base64url.from(36)),
  prefixed('contentful_token', ['CFPAT-'], base64url.from(32)),
  prefixed('webflow_token', ['ws-'], hex(64)),
  prefixed('postman_key', ['PMAK-'], parts(alnum(24), '-', alnum(34))),
  prefixed('postman_collection_key', ['PMAT-'], alphabet('A-Z0-9')(26)),
  prefixed('harvest_token', ['.pt.'], base64url.from(80)),
  prefixed('retool_token', ['retool_'], alnum.from(20)),
  prefixed('gitbook_token', ['gb_api_'], alnum.from(36)),
  prefixed('workato_api_token', ['wrka-'], alphabet('A-Za-z0-9_.=-').from(40)),
  prefixed('hex_token', ['hxtp_', 'hxtw_'], hex.from(64)),
  prefixed('plane_key', ['plane_api_'], hex(32)),
  prefixed('outline_key', ['ol_api_'], alnum(38)),
  prefixed('readme_key', ['rdme_'], lower.from(60)),
  prefixed('imagekit_key', ['private_'], alphabet('A-Za-z0-9+/=')(28), { valid: looksRandom }),
  prefixed('builderio_key', ['bpk-'], hex(32)),
  prefixed('bannerbear_key', ['bb_pr_', 'bb_ma_'], alnum.from(22)),
  prefixed('canva_secret', ['cnvca'], base64url.from(38)),
  prefixed('frameio_token', ['fio-u-'], base64url.from(60)),
  prefixed('tally_key', ['tly-'], alnum.from(30)),
  prefixed('tolgee_key', ['tgpak_', 'tgpat_'], lower.from(40)),
  prefixed('prefect_key', ['pnu_', 'pnb_'], alnum(36)),
  isolated('asana_token', ['asana', '0/1', '1/1', '2/1'], asana),
  isolated('sanity_token', 'sanity', parts('sk', alnum(80, 200)), looksRandom),
  isolated('rapidapi_key', 'jsn', parts(lower(10), 'msh', lower(15), 'p1', lower(6), 'jsn', lower(12))),
  isolated('evernote_token', ':u=', parts('S=s', digits(1, 4), ':U=', hex(2, 8), ':E=', hex(8, 14), ':C=', hex(8, 14), ':P=', hex(1, 5), ':A=', base64url(2, 40), ':V=2:H=', hex(32))),
]

const byName: readonly Rule[] = [
  ...credentials([
    'agilitycms', 'algolia', 'api_video', 'appsmith', 'asana', 'autodesk', 'basecamp', 'baserow', 'box_access', 'box_client', 'box_developer',
    'brightcove', 'bubble_io', 'builder_io', 'buttercms', 'calendly', 'clockify', 'cloudconvert', 'cloudinary', 'coggle', 'contentful', 'copyleaks',
    'crowdin', 'datocms', 'directus', 'discourse_', 'dropbox', 'everhour', 'fibery', 'formsite', 'formstack', 'ghost_', 'glideapps', 'harvest_',
    'hellosign', 'hive_api', 'hygraph', 'ifttt', 'invision', 'jotform', 'jwplayer', 'kaltura', 'kontent', 'kraken_io', 'linear_client',
    'linear_secret', 'lokalise', 'loom_sdk', 'lucidchart', 'memsource', 'mindmeister', 'miro_', 'monday_api', 'monday_com', 'monday_token', 'n8n',
    'notion', 'panda_doc', 'paperform', 'parabola_', 'phrase_app', 'pivotal_tracker', 'plasmic', 'poeditor', 'prismic', 'process_street', 'processst',
    'procore_', 'rapid_api', 'redmine', 'rescuetime', 'restream', 'sanity', 'signrequest', 'sketchfab', 'smartling', 'smartsheet', 'stack_exchange',
    'stackby', 'stackoverflow', 'strapi', 'teamwork_com', 'textcortex', 'tinypng', 'todoist', 'toggl', 'transifex', 'transloadit', 'tray_io',
    'trello', 'typeform', 'uploadcare', 'vimeo', 'webflow', 'weglot', 'wistia', 'wrike', 'wufoo', 'zamzar', 'zenkit', 'zeplin',
  ]),
  ...uuids([
    'clubhouse_', 'coda_api', 'coda_io', 'coda_token', 'convertapi', 'eraser_', 'integromat', 'kameleoon', 'make_api', 'make_token', 'permit_io',
    'pipedream', 'qase', 'rebrandly', 'screenly', 'shortcut_api', 'storyblok', 'testrail',
  ]),
  named('airtable_key', 'airtable', parts('key', alnum(14))),
  named('airtable_short_key', 'airtable', alnum(17), { strict: true, valid: calledSecret }),
  named('airtable_oauth_token', 'airtable', parts(alnum(10, 80), '.v1.', base64url(10, 80), '.', hex.from(20))),
  named('atlassian_legacy_token', ['atlassian', 'confluence', 'jira'], alnum(24), { strict: true, valid: calledSecret }),
  named('dropbox_secret', ['dropbox_app', 'dropbox_secret', 'dropbox_client', 'dropbox_api', 'dropbox_key'], lower(15), { strict: true, valid: calledSecret }),
  named('figma_legacy_token', 'figma', parts(hex(4, 6), '-', uuid)),
  named('confluent_key', 'confluent', upper(16), { strict: true, valid: calledSecret }),
  named('confluent_secret', 'confluent', alphabet('A-Za-z0-9+/')(64), { strict: true, valid: calledSecret }),
  named('algolia_secure_key', 'algolia', base64.from(80), { strict: true, valid: calledSecret }),
  named('transifex_token', 'transifex', parts('1/', hex(40))),
  named('storyblok_access_token', 'storyblok', parts(alnum(22), 'tt')),
  named('ghost_admin_key', 'ghost', parts(hex(24), ':', hex(64))),
  named('filestack_key', 'filestack', parts('A', alnum(20), 'z')),
  named('mux_secret', 'mux', base64(75, 76), { strict: true, valid: calledSecret }),
  named('imgix_key', 'imgix', parts('ix_', alnum.from(30))),
  named('wordpress_app_password', ['wordpress', 'wp_app'], parts(alnum(4), ' ', alnum(4), ' ', alnum(4), ' ', alnum(4), ' ', alnum(4), ' ', alnum(4)), {
    finds: ['WORDPRESS_APP_PASSWORD="aB3d eF6h iJ9l mN2p qR5t uV8x"'],
  }),
  named('zapier_key', 'zapier', alphabet('A-Za-z0-9+/_-', '={0,2}')(32, 64), { strict: true, valid: calledSecret }),
]

export const rules: readonly Rule[] = [...addresses, ...byPrefix, ...byName]
