// Papers that say who somebody is, and numbers that a text itself calls a national, personal or tax number: no common form
// and no checksum, so the words must stand right before the number.

import { keywordsOf, near, wordSource } from './context.ts'
import type { Place, Rule } from '../../rule.ts'

const papers = [
  'passport', 'reisepass', 'reisepassnummer', 'passeport', 'pasaporte', 'passaporto', 'passaporte', 'paspoort', 'paszport', 'driver license', 'driver licence', "driver's license", "driver's licence",
  'drivers license', 'drivers licence', 'driving license', 'driving licence', 'führerschein', 'fuehrerschein', 'permis de conduire', 'licencia de conducir', 'patente di guida', 'rijbewijs', 'prawo jazdy',
  'personalausweis', 'personalausweisnummer', 'ausweisnummer', 'visa number',
]
const numbers = [
  'national id', 'national identity', 'national identification', 'national insurance', 'personal identification', 'personal id', 'personal code', 'identity card', 'identity document', 'identity number', 'identification number', 'citizen id',
  'tax id', 'tax identification', 'tax number', 'taxpayer id', 'taxpayer identification', 'social security', 'government id', 'id card', 'resident id', 'cédula', "carte d'identité", 'numéro fiscal', 'número fiscal',
  'número de identificación', 'documento de identidad', 'steuernummer', 'steuer id', 'sozialversicherungsnummer', 'vat id', "carta d'identità", 'codice fiscale',
  'ssn', 'itin', 'nino', 'cpf', 'cnpj', 'curp', 'cuit', 'cuil', 'bsn', 'burgerservicenummer', 'rijksregisternummer', 'pesel', 'personnummer', 'fødselsnummer', 'hetu', 'henkilötunnus', 'isikukood', 'asmens kodas', 'personas kods',
  'rodné číslo', 'cnp', 'egn', 'amka', 'oib', 'jmbg', 'snils', 'tckn', 'kimlik no', 'aadhaar', 'aadhar', 'nric', 'hkid', 'mykad', 'tax file', 'social insurance', 'steueridentifikationsnummer', 'teudat zehut',
  'emirates id', 'nhs', 'sss', 'philhealth', 'személyi szám', 'numéro de sécurité sociale',
]

/** Only words like these may stand between the name and the number. */
const fillers = 'numbers?|no|nr|num|nbr|code|card|value|is|was|ist|lautet|es|est|numero|número|numéro|nummer|of|the|del|der|die|ssn|tin|id'

function follows(names: readonly string[], form: string): RegExp {
  return new RegExp(`(?:${wordSource(names)})(?:s|er)?(?:[^0-9A-Za-z]{0,4}(?:${fillers})){0,4}[^0-9A-Za-z]{1,6}(?<s>${form})(?:[^0-9A-Za-z]|$)`, 'gi')
}

export const documentRules: readonly Rule[] = [
  {
    id: 'identity_document',
    finds: 'personal',
    keywords: keywordsOf(papers),
    pattern: follows(papers, '[A-Z]{0,5}[0-9](?:[ -]?[0-9]){4,11}[0-9A-Z]{0,6}|[A-Z][0-9A-Z]{7,15}'),
    valid: holdsNumber(papers, 4),
    examples: {
      finds: ['passport 912803456', 'Passport No: A12345678', '{"driverLicense":"D1234567"}', 'Reisepassnummer: C01X00T47', 'driving licence MORGA657054SM9IJ'],
      ignores: ['passport 0.7.0', 'passport issued 2026', 'passport-local', 'passport office opened 912803456', 'A12345678'],
    },
  },
  {
    id: 'named_personal_number',
    finds: 'personal',
    keywords: keywordsOf(numbers),
    pattern: follows(numbers, '(?:[A-Z]{1,6}[ -]?)?[0-9][0-9A-Z]{0,17}(?:(?: [0-9]{2,4}){1,6}|(?:[./-][0-9][0-9A-Z]{0,9}){1,4})?(?:-[A-Z])?'),
    valid: holdsNumber(numbers, 5),
    examples: {
      finds: ['national id: 8001015009', 'tax_id=DE123456789', '"nationalId":"12-345-678"', 'Social Security No. 219 09 999'],
      ignores: ['identification of 12345678 rows', 'taxi 12345678', 'national identity week 2026', 'tax id 20 lines'],
    },
  },
]

/** Digits enough, and no day, no version. */
function holdsNumber(names: readonly string[], leastDigits: number): (match: string, place: Place) => boolean {
  const named = near(names)
  return function isNamed(match, place) {
    const { text, end } = place
    if (/^[.][0-9]/.test(text.slice(end, end + 2)) || /^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(match)) return false
    return match.replace(/[^0-9]/g, '').length >= leastDigits && named(place)
  }
}
