// Secrets of payment providers, banks and exchanges: who holds one moves money.
// Publishable keys (pk_live_, FLWPUBK, rzp_live_ ids) are made to be seen and stay, as the ids of payments do.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, digits, hex, lower, oneOf, parts, upper, uuid } from '../secret.ts'
import { credentials, isolated, looksRandom, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

/** Documented by their issuers; the prefix alone decides. */
const byPrefix: readonly Rule[] = [
  // docs.stripe.com/keys; Paystack, Clerk, Xendit and others took the same prefixes over
  prefixed('stripe_key', ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'sk_prod_', 'rk_prod_', 'sk_org_', 'ek_live_', 'ek_test_'], alphabet('A-Za-z0-9_*-').from(10)),
  prefixed('stripe_webhook_secret', ['whsec_'], alphabet('A-Za-z0-9+/=_-').from(20)), // standardwebhooks.com took it over
  isolated('stripe_client_secret', '_secret_', parts(oneOf('pi_', 'seti_', 'cs_', 'src_', 'cuss_'), alnum(10, 60), '_secret_', alnum(16, 80))),
  isolated('paypal_access_token', 'a21aa', parts('A21AA', base64url.from(80))),
  prefixed('braintree_access_token', ['access_token$production$', 'access_token$sandbox$'], parts(lower(16), '$', alnum(32))),
  prefixed('braintree_tokenization_key', ['sandbox_', 'production_'], parts(alnum(8), '_', lower(16)), { valid: (match) => /[0-9]/.test(match.slice(-16)) }),
  prefixed('square_token', ['sq0atp-', 'sq0csp-', 'sq0acp-', 'sandbox-sq0csb-', 'sandbox-sq0atb-', 'sandbox-sq0atp-'], base64url.from(22)),
  isolated('square_access_token', 'eaaa', parts('EAAA', base64url(60))),
  isolated('adyen_key', 'aqe', parts('AQE', base64.from(40), '-', base64.from(40), '-', alphabet('!-&(-+\\--;=-~').from(10))),
  prefixed('gocardless_token', ['live_', 'sandbox_', 'test_'], base64url(40, 48), { valid: looksRandom }), // 43 at YooKassa
  prefixed('mollie_key', ['live_', 'test_'], alnum(30, 35), { valid: looksRandom }), // 30 at Mollie, 32 at Scale and Adyen, 35 at Lob and Chargebee
  prefixed('mollie_access_token', ['access_'], alnum(30, 40), { valid: looksRandom }),
  prefixed('plaid_access_token', ['access-sandbox-', 'access-development-', 'access-production-'], alphabet('A-Za-z0-9-').from(30)),
  prefixed('plaid_public_token', ['public-sandbox-', 'public-development-', 'public-production-', 'link-production-', 'link-sandbox-'], alphabet('A-Za-z0-9-').from(30)),
  prefixed('flutterwave_key', ['FLWSECK-', 'FLWSECK_TEST-', 'FLWSECK_LIVE-'], alphabet('a-zA-Z0-9').from(12)),
  prefixed('paddle_key', ['pdl_live_apikey_', 'pdl_sdbx_apikey_'], parts(lower(26), '_', alnum(22), '_', alnum(3))),
  prefixed('paddle_webhook_secret', ['pdl_ntfset_'], parts(lower(26), '_', alphabet('A-Za-z0-9+/').from(32))),
  prefixed('paddle_client_token', ['live_', 'test_'], alnum(27), { valid: looksRandom }),
  prefixed('checkout_key', ['sk_'], parts(oneOf('', 'sbox_', 'test_'), uuid)),
  prefixed('checkout_secret', ['sk_sbox_'], alphabet('a-z2-7*#$=').from(26)),
  prefixed('klarna_key', ['klarna_live_api_', 'klarna_test_api_'], alphabet('A-Za-z0-9!#$%()*+,.;<>?@^_~-').from(30)),
  prefixed('mercadopago_token', ['APP_USR-', 'TEST-'], parts(digits(10, 20), '-', digits(6), '-', alnum(32), '-', digits(5, 12))),
  prefixed('razorpay_key', ['rzp_live_', 'rzp_test_'], alnum(14)), // names the merchant and is half of basic authentication
  prefixed('heartland_key', ['skapi_cert_', 'skapi_prod_'], base64url.from(24)),
  prefixed('robinhood_key', ['rh-api-'], uuid),
  prefixed('rapyd_key', ['rsk_', 'rak_'], hex.from(20)),
  prefixed('xendit_key', ['xnd_production_', 'xnd_development_', 'xnd_public_'], alnum.from(30)),
  prefixed('midtrans_key', ['Mid-server-'], base64url.from(20)),
  prefixed('omise_key', ['skey_', 'skey_test_'], lower(19, 25)),
  prefixed('pagarme_key', ['ak_live_', 'ak_test_'], alnum.from(30)),
  prefixed('asaas_key', ['$aact_', 'aact_prod_', 'aact_hmlg_'], alphabet('A-Za-z0-9+/=:_-').from(40)),
  prefixed('sumup_key', ['sup_sk_', 'cc_sk_classic_', 'cc_classic_'], alnum.from(20)),
  prefixed('chapa_key', ['CHASECK-', 'CHASECK_TEST-'], alnum.from(20)),
  prefixed('cashfree_key', ['cfsk_ma_prod_', 'cfsk_ma_test_'], parts(alnum(32), '_', alnum(8))),
  prefixed('monnify_key', ['MK_PROD_', 'MK_TEST_'], alnum.from(16)),
  prefixed('brex_token', ['bxt_'], alnum.from(30)),
  prefixed('mercury_token', ['mercury_production_', 'mercury_sandbox_'], alphabet('A-Za-z0-9_').from(30)),
  prefixed('revolut_key', ['oa_prod_', 'oa_sand_'], base64url.from(30)),
  prefixed('circle_key', ['SAND_API_KEY:', 'LIVE_API_KEY:', 'TEST_API_KEY:'], parts(alnum(32), ':', alnum(32))),
  prefixed('crossmint_key', ['sk_production_', 'sk_staging_', 'sk_development_', 'ck_production_', 'ck_staging_', 'ck_development_'], alnum.from(24)),
  prefixed('baremetrics_key', ['sk_', 'lk_'], alnum(22), { valid: looksRandom }),
  prefixed('adapty_key', ['secret_live_'], alnum.from(20)),
  prefixed('coingecko_key', ['CG-'], alnum(24), { valid: looksRandom }),
  prefixed('blockfrost_key', ['mainnet', 'preprod', 'testnet'], alnum(32), { valid: looksRandom }),
  prefixed('gemini_exchange_key', ['account-', 'master-'], alnum(20), { valid: looksRandom }),
  prefixed('bitget_key', ['bg_'], hex(32)),
  prefixed('worldpay_key', ['T_S_', 'L_S_'], uuid),
  prefixed('wepay_token', ['STAGE_', 'PRODUCTION_'], alnum.from(48)),
  prefixed('nets_easy_key', ['live-secret-key-', 'test-secret-key-'], hex(32)),
  prefixed('unzer_key', ['s-priv-'], alnum(32)),
  prefixed('stancer_key', ['sprod_', 'stest_'], alnum(24)),
  prefixed('lyra_password', ['prodpassword_', 'testpassword_'], alnum.from(20)),
  prefixed('efi_secret', ['Client_Secret_'], hex(40)),
  prefixed('abacatepay_key', ['abc_dev_', 'abc_prod_'], alnum.from(20)),
  prefixed('paymob_key', ['egy', 'are', 'ksa', 'sau', 'omn', 'pak'].flatMap((country) => [`${country}_sk_live_`, `${country}_sk_test_`]), hex.from(60)),
  prefixed('wompi_key', ['prv_prod_', 'prv_test_', 'prod_integrity_', 'test_integrity_', 'prod_events_', 'test_events_'], alnum.from(24), { valid: looksRandom }),
  prefixed('hyperswitch_key', ['snd_', 'prd_'], alnum(64)),
  prefixed('polar_token', ['polar_oat_', 'polar_pat_', 'polar_whs_', 'polar_at_u_', 'polar_rt_u_'], alnum.from(30)),
  prefixed('creem_key', ['creem_test_', 'creem_'], alnum.from(20)),
  prefixed('onfido_token', ['api_live.', 'api_sandbox.', 'api_live_us.', 'api_live_ca.', 'api_sandbox_us.', 'api_sandbox_ca.'], parts(base64url.from(10), '.', base64url.from(30))),
  prefixed('persona_key', ['persona_production_', 'persona_sandbox_'], base64url.from(30)),
  prefixed('mono_key', ['live_sk_', 'test_sk_'], alnum.from(20)),
]

/** Values without a mark of their own: the provider's name stands near. */
const byName: readonly Rule[] = [
  ...credentials([
    'adyen', 'alpaca', 'authnet', 'authorize_net', 'binance', 'bitfinex', 'bitmex', 'bitpay', 'bitquery', 'bitstamp', 'bittrex', 'blockcypher',
    'bluesnap', 'braintree', 'bybit', 'cex_io', 'chargify', 'chartmogul', 'coinbase', 'coinlayer', 'currencycloud', 'cybersource', 'deribit',
    'dwolla', 'fastspring', 'finicity', 'fireblocks', 'freshbooks', 'gateio', 'gumroad', 'heartland', 'huobi', 'instamojo', 'kraken', 'lemon_squeezy',
    'lunomoney', 'moneywave', 'opayo', 'pagseguro', 'paypal', 'paytm', 'payu', 'plaid', 'poloniex', 'profitwell', 'quickbooks', 'razorpay', 'recurly',
    'robinhood', 'sagepay', 'signifyd', 'taxjar', 'tradier', 'truelayer', 'yodlee', 'zuora',
  ]),
  ...uuids([
    'coinapi', 'coinmarketcap', 'getblock', 'kucoin', 'nowpayments', 'okex', 'squareup', 'transferwise', 'veriff',
  ]),
  named('paypal_client_secret', 'paypal', parts(oneOf('E'), base64url(79))),
  named('huobi_access_key', ['huobi', 'htx'], parts(hex(8), '-', hex(8), '-', hex(8), '-', alnum(5))),
  named('alpaca_key', 'alpaca', parts(oneOf('PK', 'AK', 'CK'), upper(18))),
  named('chargebee_key', 'chargebee', parts(oneOf('live_', 'test_'), alnum.from(27))),
]

export const rules: readonly Rule[] = [...byPrefix, ...byName]
