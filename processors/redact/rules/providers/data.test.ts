import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './data.ts'

const detect = createDetector(rules)
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum24 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

test.each([
  ['sk.' + `eyJ1IjoiZXhhbXBsZSIsImEiOiJ${alnum24}In0.${alnum24.slice(2)}`], [`phx_${alnum24}${alnum24.slice(1)}`], [`Ab1Cd2_${alnum24}Zt9Xk_mmk`], [`duffel_live_${alnum24}${alnum24.slice(5)}`], [`p8e-${hex32}`], [`prj_live_sk_${hex32}3f9a1c7b`],
  [`key_live_${alnum24}q7Lw2Zt9`], [`censys_${alnum24.slice(0, 8)}_${alnum24}`], [`cqt_${alnum24}Zt9Xk4`], [`ES_${hex32}`],
])('%s is gone', (secret) => {
  for (const text of [`look-up failed with ${secret}`, `{"appid":"${secret}"}`]) expect(detect(text, () => {})).not.toContain(secret.slice(-10))
})

test.each([
  ['OPENWEATHER_API_KEY', hex32], ['ipinfo_token', '3f9a1c7be2d840'], ['SHODAN_KEY', `${alnum24}q7Lw2Zt9`], ['virustotal.apikey', hex32 + hex32], ['ALPHA_VANTAGE_KEY', 'X7K2M9Q4W1Z8C5V3'], ['etherscan-api-key', 'X7K2M9Q4W1Z8C5V3B6N0P2R4T6Y8U1I3O5'],
  ['coin_market_cap_key', uuid], ['abuseipdb_key', hex32 + hex32 + hex32.slice(16)], ['segment_write_key', `${alnum24}q7Lw2Zt9`],
])('%s=%s is gone', (name, secret) => { expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret) })

test.each([['https://mainnet.infura.io/v3/', hex32], ['https://eth-mainnet.g.alchemy.com/v2/', `${alnum24}_q7Lw2Zt`]])('%s loses its key', (start, secret) => {
  expect(detect(`connect ${start}${secret} refused`, () => {})).toContain(`${start}[redacted:`)
})

describe('places, chains, films and findings stay', () => {
  test.each([
    'mapbox://styles/mapbox/streets-v12', 'place ChIJN1t_tDeuEmsRUsoyG83frY4', `https://etherscan.io/tx/0x${hex32}${hex32}`, `etherscan address 0x${hex32}3f9a1c7b`, `virustotal sha256=${hex32}${hex32}`, `https://www.virustotal.com/gui/file/${hex32}${hex32}`,
    `urlscan result ${uuid}`, `mixpanel distinct_id=${uuid}`, `posthog distinct_id=018f6e5a-7b3c-7d2e-8f1a-0b1c2d3e4f5a`, `segment anonymousId=${uuid} messageId=ajs-next-${hex32}`, 'imdb tt0111161 tmdb 278', `amplitude device_id=${alnum24}R`, 'unsplash photo Dwu85P9SOIk',
    'https://images.unsplash.com/photo-1511367461989-f85a21fda167?ixid=MnwxMjA3fDB8MHxwaG90by1wYWdlfHx8fGVufDB8fHx8', `https://media.giphy.com/media/3o7aD2saalBwwftBIY/giphy.gif`, 'files_and_rules_and_db-name', `infura project_id is missing`,
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
