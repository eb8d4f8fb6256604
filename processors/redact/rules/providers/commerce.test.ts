import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './commerce.ts'

const detect = createDetector(rules)
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum54 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1Dj5Gs0Pq7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

test.each([
  ['shp' + `at_${hex32}`], ['shp' + `ss_${hex32}`], ['shp' + `tka_${hex32}`], [`ck_${hex32}3f9a1c7b`], [`cs_${hex32}3f9a1c7b`], [`amzn1.oa2-cs.v1.${hex32}${hex32}`], [`Atzr|IwEBI${alnum54}`],
  ['PRD-' + '3f9a1c7be2d8-4056-af13-c9d2-7e5b'], [`shippo_live_${hex32}3f9a1c7b`], [`EZAK${alnum54}`],
])('%s is gone', (secret) => {
  for (const text of [`shop answered 401 to ${secret}`, `{"token":"${secret}"}`]) expect(detect(text, () => {})).not.toContain(secret.slice(-12))
})

test.each([['BIGCOMMERCE_ACCESS_TOKEN', 'x7k2m9q4w1z8c5v3b6n0p2r4t6y8u1i'], ['etsy_api_key', 'x7k2m9q4w1z8c5v3b6n0p2r4'], ['SHIPSTATION_SECRET', hex32]])('%s=%s is gone', (name, secret) => {
  expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret)
})

describe('ids of orders, products and parcels stay', () => {
  test.each([
    'gid://shopify/Order/450789469 from example.myshopify.com', 'shopify x-request-id=5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5-1732429800', 'amazon order 114-3941689-8772232, ASIN B08N5WRWNW',
    'amzn1.application-oa2-client.3f9a1c7be2d84056af13c9d27e5b8064', 'ebay item 254625474154, app Example-Shop-PRD-16e2f6ff7-1a2b3c4d', 'easypost shp_3f9a1c7be2d84056af13c9d27e5b8064 trk_3f9a1c7be2d84056af13c9d27e5b8064',
    'tracking 1Z999AA10123456784 by UPS', 'etsy listing 1234567890 image il_570xN.1234567890_abcd', `bigcommerce webhook hash ${hex32}`, 'woocommerce_order=12345 wc_order_5c1e7a904b3df', `magento quote_id=${hex32}`,
    `https://cdn.shopify.com/s/files/1/0001/files/app.js?v=${hex32}`,
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
