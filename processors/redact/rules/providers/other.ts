// Secrets of services of no kind of their own: tunnels, tests, signatures, schools, devices, games, and tools that hold others' keys.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, hex, lower, oneOf, parts, uuid } from '../secret.ts'
import { address, credentials, looksRandom, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

const byPrefix: readonly Rule[] = [
  prefixed('arcjet_key', ['ajkey_'], alnum.from(20)),
  prefixed('intra42_secret', ['s-s4t2ud-', 's-s4t2af-', 'u-s4t2ud-', 'u-s4t2af-'], alnum.from(48)),
  prefixed('settlemint_token', ['sm_aat_', 'sm_pat_', 'sm_sat_'], alnum.from(16)),
  prefixed('zuplo_key', ['zpka_'], alphabet('A-Za-z0-9_').from(30)),
  prefixed('hackclub_key', ['sk-hc-'], alnum.from(30)),
  prefixed('stytch_secret', ['secret-test-', 'secret-live-'], alphabet('A-Za-z0-9_=-').from(30), { valid: looksRandom }),
  prefixed('magic_key', ['sk_live_', 'sk_test_'], alphabet('A-F0-9')(16)),
  prefixed('warpstream_key', ['aks_', 'akc_'], hex.from(40)),
  prefixed('val_town_token', ['vtwn_'], alnum.from(20)),
  prefixed('bitrise_token', ['bitpat_', 'bitwat_'], base64url.from(40)),
  address('calendar_secret_address', 'calendar.google.com/calendar/ical/team%40example.com/private-', hex(32), {
    start: 'calendar\\.google\\.com/calendar/ical/[^/\\s]{1,120}/private-', keywords: ['calendar.google'],
  }),
  address('webhook_site_token', 'webhook.site/', uuid),
  address('firebase_storage_token', 'firebasestorage.googleapis.com/v0/b/example.appspot.com/o/a.png?alt=media&token=', uuid, {
    start: 'firebasestorage\\.(?:googleapis\\.com|app)/[^\\s"\'<>]{1,300}[?&]token=', keywords: ['firebasestorage'],
  }),
]

const byName: readonly Rule[] = [
  ...credentials([
    'acuity_scheduling', 'airbyte', 'anomali', 'anydesk', 'apimatic', 'applitools', 'arista_api', 'authress', 'awin_api', 'beeceptor', 'billomat',
    'bintray', 'blackboard', 'boomi_', 'browserstack', 'bugcrowd', 'bugsee', 'calendarific', 'canvas_lms', 'carbon_black', 'celigo', 'checkmarx',
    'checkpoint_api', 'clever_api', 'cleverbot', 'clickmeter', 'cloudmersive', 'codat', 'commission_junction', 'contrast_security', 'countrylayer',
    'coursera', 'cronofy', 'crossbrowsertesting', 'crowdstrike', 'crowdtangle', 'curseforge', 'cylance', 'dashlane', 'debitoor', 'deliveroo',
    'descope', 'detectify', 'dnsimple', 'dnsmadeeasy', 'domainr', 'duckdns', 'duolingo', 'dynu_', 'easydns', 'edmodo', 'eversign', 'evrythng',
    'exactonline', 'falcon_client', 'fastbill', 'fivetran', 'fortinet', 'fraudlabs', 'freeagent', 'gamejolt', 'gamesparks', 'geosurf', 'getcensus',
    'grubhub', 'guardsquare', 'hack_md', 'hackerone', 'hevodata', 'hightouch', 'holded', 'holidayapi', 'host_io', 'immuniweb', 'impact_radius',
    'informatica', 'instabug', 'intigriti', 'ipqualityscore', 'ipquery', 'itch_io', 'jamf', 'jitterbit', 'jsonwhois', 'juniper_mist', 'keboola',
    'keeper_api', 'kloudless', 'lambdatest', 'lexoffice', 'logmein', 'luminati', 'mailslurp', 'mashape', 'matillion', 'mend_io', 'meraki',
    'merge_dev', 'mindbody', 'mockaroo', 'modio', 'moneybird', 'moodle', 'mulesoft', 'mullvad', 'myminifactory', 'myob_', 'namecheap', 'nessus',
    'netnut', 'netsuite', 'nexusmods', 'noip_api', 'nordvpn', 'onshape', 'opentable', 'openvpn_token', 'paloalto', 'pandascore', 'panos_api',
    'partnerstack', 'pdf_co', 'pennylane', 'perfecto_mobile', 'photon_engine', 'pleo_', 'protonvpn', 'proxycheck', 'qonto', 'qualys', 'quickbase',
    'rapid7', 'recorded_future', 'redirect_pizza', 'resy_api', 'rivery', 'runscope', 'rutter_', 'sage_intacct', 'saucelabs', 'schoology', 'sculpteo',
    'sendfox', 'sentinelone', 'setmore', 'sevdesk', 'shapeways', 'signaturit', 'simplybook', 'skimlinks', 'smartproxy', 'snaplogic', 'spendesk',
    'splashtop', 'sqreen', 'stackhawk', 'stitchdata', 'talend', 'tapfiliate', 'teamviewer', 'tenable', 'testfairy', 'thingiverse', 'threatconnect',
    'thycotic', 'timezonedb', 'tmetric', 'toasttab', 'ubiquiti', 'udemy', 'unifi_api', 'unity_cloud', 'unreal_engine', 'vagaro', 'veracode',
    'viglink', 'voluum', 'vpnapi', 'webshare', 'wepay', 'whitesource', 'whoisxml', 'whoisxmlapi', 'withpersona', 'xero_', 'ynab', 'youtube',
    'zohobooks', 'zscaler',
  ]),
  ...uuids([
    'anypoint', 'appcenter', 'checkout_com', 'companies_house', 'crisp_chat', 'formspree', 'freeconferencecall', 'getform', 'hashnode', 'jumpcloud',
    'nango', 'opencorporates', 'ordnance_survey', 'poly_builder', 'polymarket', 'prerender', 'rev_com', 'sauce_access', 'sauce_labs', 'speechace',
    'staticforms', 'statuspage', 'tfl_api', 'transport_api', 'web3forms', 'youtrack',
  ]),
  named('youtrack_token', 'youtrack', parts('perm:', base64url(4, 40), '.', base64url(4, 40), '.', alnum(20, 40))),
  named('canvas_token', ['canvas_api', 'canvas_token', 'instructure'], parts(oneOf('7', '1', '2'), lower(3), '~', alnum(64))),
  named('noaa_token', ['noaa', 'ncdc'], alphabet('A-Za-z')(32), { strict: true, finds: ['NOAA_TOKEN=QwErTyUiOpAsDfGhJkLzXcVbNmQwErTy'] }),
  named('bitwarden_secret', 'bitwarden', parts('0.', uuid, '.', alnum(20, 40), ':', base64.from(20))),
]

export const rules: readonly Rule[] = [...byPrefix, ...byName]
