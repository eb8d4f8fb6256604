import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './social.ts'

const detect = createDetector(rules)
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum24 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'
const alnum96 = alnum24.repeat(4)

test.each([
  ['EAA' + `Bsb${alnum96}`], [`IGQVJ${alnum96}`], [`WPL_AP1.${alnum24.slice(8)}.a1B2c3==`], [`1//0${alnum24}-${alnum24}`], [`RGAPI-${uuid}`], [`vk1.a.${alnum96}`], [`pina_${alnum24}${alnum24}`], [`aio_${alnum24}Zt9X`], ['A'.repeat(22) + alnum96.slice(0, 80)],
])('%s is gone', (secret) => {
  for (const text of [`login with ${secret} failed`, `{"access":"${secret}"}`]) expect(detect(text, () => {})).not.toContain(secret.slice(-10))
})

test.each([['FACEBOOK_APP_SECRET', hex32], ['twitter_api_secret', `${alnum24}${alnum24}Zt`], ['TWITCH_CLIENT_SECRET', 'x7k2m9q4w1z8c5v3b6n0p2r4t6y8u1'], ['spotify.client.secret', hex32], ['strava-token', `${hex32}3f9a1c7b`], ['BLUESKY_PASSWORD', 'a2b3-c4d5-e6f7-g8h9']])('%s=%s is gone', (name, secret) => {
  expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret)
})

describe('ids of posts, people and songs stay', () => {
  test.each([
    'facebook post 10158012345678901_10158012345678902', 'twitter.com/example/status/1460323737035677698', 'twitter user_id=1460323737035677698', 'youtube watch?v=dQw4w9WgXcQ', 'spotify:track:4uLU6hMCjMI75M1A2tKUQC', 'https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC?si=3f9a1c7be2d84056',
    'https://www.instagram.com/p/CzQ7Lw2Zt9X/', 'urn:li:activity:6987654321098765432', 'google client_id=123456789012-abc123def456ghi789jkl012mno345pq.apps.googleusercontent.com', 'twitch stream 40952121085 by 141981764', `reddit t3_15bfi0 by t2_abc123`,
    'steam_id=76561197960287930', 'tiktok video 7016451766297570565', `pinterest pin 813744226420795884`, `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${'A'.repeat(40)}${alnum96}AAAA/EAAB${alnum96}`,
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
