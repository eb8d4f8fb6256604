// ISO 13616: country, length of that country, and the rearranged number is 1 modulo 97.

import { remainder97 } from './iso7064.ts'

/** Length by country, after the IBAN registry, and countries that use the form without being registered. */
export const ibanLengths: Readonly<Record<number, string>> = {
  15: 'NO', 16: 'BE', 18: 'DK FI FK FO GL NL SD', 19: 'MK SI', 20: 'AT BA EE KZ LT LU MN XK', 21: 'CH HR LI LV',
  22: 'BG BH CR DE GB GE IE ME RS VA', 23: 'AE GI IL IQ OM SO TL', 24: 'AD CZ ES MD PK RO SA SE SK TN VG', 25: 'AO CV GW LY MZ PT ST',
  26: 'DZ IR IS TR', 27: 'BI CF CG CM DJ FR GA GQ GR IT KM MC MG MR SM TD', 28: 'AL AZ BF BJ BY CI CY DO GT HN HU LB MA ML NE NI PL SN SV TG',
  29: 'BR EG PS QA UA', 30: 'JO KW MU YE', 31: 'MT SC', 32: 'LC', 33: 'RU',
}

const lengthOf = new Map(Object.entries(ibanLengths).flatMap(([length, countries]) => countries.split(' ').map((country) => [country, Number(length)] as const)))

export function isIban(text: string): boolean {
  const iban = text.replace(/[^0-9A-Za-z]/g, '').toUpperCase()
  return lengthOf.get(iban.slice(0, 2)) === iban.length && /^[A-Z]{2}[0-9]{2}/.test(iban) && remainder97(iban.slice(4) + iban.slice(0, 4)) === 1
}
