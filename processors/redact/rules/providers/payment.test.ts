import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './payment.ts'

const detect = createDetector(rules.filter(({ optional }) => optional !== true))

// Made up; prefixes are split so that no host of repositories takes them for real ones.
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum30 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1Dj5Gs0P'

describe('what moves money is gone', () => {
  test.each([
    ['sk_' + `live_51Ex${alnum30}`], ['rk_' + `live_${alnum30}`], ['sk_' + `test_${alnum30}`], ['whsec_' + alnum30], [`pi_3Ex4mple9Ex4mple_secret_${alnum30}`],
    [`access_token$production$x7k2m9q4w1z8c5v3$${hex32}`], ['sq0' + `atp-${alnum30.slice(0, 22)}`], ['EAAA' + `l${alnum30}${alnum30.slice(1)}`],
    [`live_${alnum30}`], [`test_${alnum30}`], [`access-production-${uuid}`], [`FLWSECK-${hex32}-X`], [`pdl_live_apikey_01k2x7m9q4w1z8c5v3b6n0p2r4_${alnum30.slice(0, 22)}_a1B`],
    [`klarna_live_api_${alnum30}${alnum30}`], [`APP_USR-1234567890123456-112413-${hex32}-123456789`], [`xnd_production_${alnum30}`], [`SB-Mid-server-${alnum30.slice(0, 24)}`],
    [`bxt_${alnum30}`], [`secret-token:mercury_production_wma_${alnum30}`], [`LIVE_API_KEY:${hex32}:${hex32}`], [`CG-${alnum30.slice(0, 24)}`], [`cfsk_ma_prod_${hex32}_3f9a1c7b`],
  ])('%s', (secret) => {
    for (const text of [`charge failed with ${secret}`, `{"key":"${secret}"}`, `PAYMENT_KEY='${secret}'`]) expect(detect(text, () => {})).not.toContain(secret.slice(-12))
  })

  test.each([
    ['PAYPAL_CLIENT_SECRET', `E${alnum30}${alnum30}_${alnum30.slice(0, 18)}`], ['coinbase.api.key', `${alnum30}ab`], ['binance-secret', `${alnum30}${alnum30}ab12`],
    ['plaidSecret', '3f9a1c7be2d84056af13c9d27e5b80'], ['wise: transferwise_token', uuid], ['KRAKEN_PRIVATE_KEY', `${alnum30}${alnum30}${alnum30.slice(4)}==`],
  ])('%s=%s', (name, secret) => { expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret.slice(0, 20)) })
})

describe('ids that payments are looked up by stay', () => {
  test.each([
    'ch_3MtwBwLkdIwHu7ix0SNM1KBJ succeeded for cus_NffrFeUfNV2Hib', 'stripe evt_1NG8Du2eZvKYlo2CUI79vXWy price_1MoBy5LkdIwHu7ixZhnattbh acct_1032D82eZvKYlo2C', `publishable key pk_live_${alnum30}`,
    'paypal order=5O190127TN364715T capture 3C679366HH908993F', 'paypal_payment=PAYID-L7Z2XJ44K905738DA8823456', 'mollie payment tr_7UhSN1zuXSqk2mB9', 'adyen psp_reference=8835205392522157', 'razorpay order_9A33XWu170gUtm',
    `plaid item_id=${alnum30}`, `plaid transaction ${uuid}`, `klarna order ${uuid}`, 'square location L88917AVBK2S5', `braintree customer_id: ${hex32}`, 'gocardless mandate MD0001ABCD1234',
    'the test_suite_2026_with_several_words_in_it ran', 'sandbox_mode=true for live_updates_of_inventory', 'checkout session cs_test_a11YYufWQzNY63zpQ6QSNRQhkUpVph4WRmzW0zWJO2znZKdVujZ0N0S22u',
    'coinbase charge_code=66BEOV2A', `binance order clientOrderId=x-A6SIDXVS1700000000000001`, 'dwolla customer https://api.dwolla.com/customers/fc451a7a-ae30-4404-aB95-e3553fcd733f',
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
