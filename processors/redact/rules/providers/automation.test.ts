import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './automation.ts'

const detect = createDetector(rules)
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum24 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

test.each([
  [`pat${alnum24.slice(0, 14)}.${hex32}${hex32}`], [`ntn_${alnum24}${alnum24.slice(2)}`], [`secret_${alnum24}${alnum24.slice(5)}`], [`1/1201234567890123:${hex32}`], [`2/1201234567890123/1207654321098765:${hex32}`], [`lin_api_${alnum24}${alnum24.slice(8)}`],
  [`ATATT3xFfGF0${alnum24}_${alnum24}-${alnum24}=1A2B3C4D`], [`ATTA${hex32}${hex32}1A2B3C4D`], [`pk_12345678_${hex32.toUpperCase()}`], [`tfp_${alnum24}${alnum24}_${alnum24.slice(14)}`], [`figd_${alnum24}-${alnum24.slice(8)}`],
  [`CFPAT-${alnum24}${alnum24.slice(5)}`], [`PMAK-${hex32.slice(8)}-${hex32}a1`], [`sl.${alnum24}${alnum24}${alnum24}${alnum24}${alnum24}`], [`3f9a1c7be2${'msh'}84056af13c9d27ep1b80643${'jsn'}5b80643f9a1c`], [`n8n_api_${hex32}${hex32}`],
])('%s is gone', (secret) => {
  for (const text of [`flow stopped at ${secret}`, `{"token":"${secret}"}`]) expect(detect(text, () => {})).not.toContain(secret.slice(-12))
})

test.each([
  ['https://hooks.zapier.com/hooks/catch/', '1234567/bx7k2m9'], ['https://hook.eu1.make.com/', 'x7k2m9q4w1z8c5v3b6n0p2r4t6y8u1i3'], ['https://maker.ifttt.com/trigger/door/with/key/', alnum24.slice(2)],
])('%s loses what starts the flow', (start, secret) => {
  const redacted = detect(`POST ${start}${secret} 200`, () => {})
  expect(redacted).toContain(start)
  expect(redacted).not.toContain(secret)
})

test.each([['ALGOLIA_ADMIN_KEY', hex32], ['trello_token', hex32 + hex32], ['todoist-api-token', `${hex32}3f9a1c7b`], ['cloudinary.api_secret', `${alnum24}Zt9`], ['make_api_key', uuid]])('%s=%s is gone', (name, secret) => {
  expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret)
})

describe('ids of pages, cards and files stay', () => {
  test.each([
    `https://www.notion.so/Plan-${hex32}`, `notion page_id=${hex32}`, 'airtable record recEx4mpleEx4mple in appEx4mpleEx4mple/tblEx4mpleEx4mple', `linear issue ${uuid}`, 'asana task 1201234567890123 done on 1/12/2026',
    'trello card 5c1e7a904b3d4f269a8e0d7c', `https://www.figma.com/file/${alnum24.slice(2)}/Design`, 'jira PROJ-1234 moved by 5b10ac8d82e05b22cc7d4ef5', 'contentful entry 5KsDBWseXY6QegucYAoacS', 'algolia objectID=7b0c4f2e',
    'clickup task 86a1b2c3d', `typeform response_id=${hex32}`, `box file_id=${alnum24}`, 'monday board 1234567890', 'secret_santa_list_of_the_year_2026_for_all', `zapier zap_id=123456 run ${uuid}`, 'path to pattern.pat and patch',
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
