// Secrets of shops, market places and shipping.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, digits, hex, lower, oneOf, parts, upper } from '../secret.ts'
import { calledSecret, credentials, isolated, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

const byPrefix: readonly Rule[] = [
  // shopify.dev/changelog: length and format of API credentials; shptka_ is Theme Access, atkn_ the CLI, prtapi_ the Partner API
  prefixed('shopify_token', ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shpua_', 'shprt_', 'shptka_'], alnum.from(24)),
  prefixed('shopify_partner_token', ['prtapi_', 'atkn_', 'atkn_v2_'], alnum.from(30)),
  prefixed('woocommerce_key', ['ck_', 'cs_'], hex(40)),
  // developer.amazonservices.com: MWS; developer-docs.amazon.com/sp-api: login with Amazon
  prefixed('amazon_client_secret', ['amzn1.oa2-cs.v1.'], alnum.from(60)),
  prefixed('amazon_oauth_token', ['Atza|', 'Atzr|', 'Atna|'], alphabet('A-Za-z0-9_+/=-').from(40)),
  prefixed('ebay_cert_id', ['PRD-', 'SBX-'], parts(hex(8, 12), '-', hex(4), '-', hex(4), '-', hex(4), '-', hex(4, 12))),
  prefixed('ebay_oauth_token', ['v^1.1#i^1#'], alphabet('A-Za-z0-9#^+/=_.-').from(60)),
  prefixed('shippo_token', ['shippo_live_', 'shippo_test_'], alnum.from(30)),
  isolated('easypost_key', 'ezak', parts('EZAK', alnum(54))),
  isolated('easypost_test_key', 'eztk', parts('EZTK', alnum(54))),
  prefixed('aftership_key', ['asat_'], alnum.from(24)),
  prefixed('shipengine_key', ['TEST_', 'live_'], alphabet('A-Za-z0-9+/')(43)),
  prefixed('fleetbase_key', ['flb_live_', 'flb_test_'], alnum.from(16)),
  prefixed('easyship_token', ['prod_', 'sand_'], parts(alphabet('A-Za-z0-9+/')(43), '=')),
  prefixed('ecwid_token', ['secret_'], alnum(32)),
  prefixed('wix_key', ['IST.eyJ'], alphabet('A-Za-z0-9_.-').from(80)),
  prefixed('recharge_token', ['sk_1x1_', 'sk_1x3_', 'sk_2x2_', 'sk_3x3_', 'sk_5x5_', 'sk_10x10_'], alnum.from(48)),
]

const byName: readonly Rule[] = [
  ...credentials([
    'bigcommerce', 'cin7', 'commercetools', 'dhl_api', 'dhl_express', 'dhl_key', 'doordash', 'easyship', 'ecwid', 'etsy', 'etsy_keystring', 'fedex', 'fleetbase',
    'gorgias', 'lazada', 'lightspeed_', 'loyverse', 'magento', 'onfleet', 'ordoro', 'parcelhub', 'postmates', 'prestashop', 'printful', 'printify',
    'rakuten', 'route4me', 'sendcloud', 'shipbob', 'shipday', 'shipstation', 'shopee', 'shopify', 'shopware', 'skubana', 'snipcart', 'stamped_io',
    'storefront_access', 'tradegecko', 'trustpilot', 'uber_api', 'uber_client', 'uber_server', 'uber_token', 'volusion', 'walmart', 'yotpo',
    'zalando',
  ]),
  ...uuids([
    'aliexpress', 'bol_com', 'bookeo', 'checkfront', 'dearsystems', 'rezdy', 'sellfy', 'squarespace',
  ]),
  named('etsy_key_pair', 'etsy', parts(lower(24), ':', lower(10, 64))),
  named('ups_key', ['ups_api', 'ups_access', 'ups_client'], upper(16), { strict: true, valid: calledSecret }),
  named('usps_key', 'usps', parts(digits(3), upper(4), digits(4))),
  named('amazon_secret', ['amazon_pay', 'amazon_seller', 'selling_partner'], base64(40, 64), { strict: true, valid: calledSecret }),
  named('uber_token', 'uber', parts(oneOf('JA.', 'KA.'), base64url.from(40))),
]

export const rules: readonly Rule[] = [...byPrefix, ...byName]
