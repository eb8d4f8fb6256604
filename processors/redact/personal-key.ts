// Keys that hold personal data, by name: what the value looks like cannot tell a first name from any other word.

import { foldedKey, rememberKeys, wordsOf } from './key-words.ts'
import type { KeyNameRule } from './key-words.ts'

/** Names that are personal wherever they stand in a key, letter case and separators taken away. */
const within = [
  'firstname', 'lastname', 'fullname', 'givenname', 'familyname', 'middlename', 'maidenname', 'surname', 'forename', 'legalname', 'birthname', 'vorname', 'nachname', 'nombrecompleto', 'apellido', 'prenom',
  'birthdate', 'dateofbirth', 'birthday', 'dateofdeath', 'placeofbirth', 'birthplace', 'geburtsdatum', 'streetaddress', 'streetname', 'addressline', 'homeaddress', 'postaladdress', 'mailingaddress',
  'billingaddress', 'shippingaddress', 'deliveryaddress', 'residentialaddress', 'postalcode', 'postcode', 'zipcode', 'phonenumber', 'mobilenumber', 'cellphone', 'telephone', 'faxnumber', 'emailaddress',
  'socialsecurity', 'taxid', 'taxpayerid', 'taxnumber', 'taxidentification', 'passportnumber', 'passportno', 'driverlicense', 'driverlicence', 'driverslicense', 'driverslicence', 'drivinglicence',
  'drivinglicense', 'licenceplate', 'licenseplate', 'nationalid', 'nationalinsurance', 'identitycard', 'idcardnumber', 'identitynumber', 'personalnumber', 'healthinsurance', 'patientname',
  'cardholder', 'accountholder', 'customername', 'contactname', 'employeename', 'recipientname', 'sendername', 'billingname', 'shippingname', 'beneficiaryname', 'payername', 'payeename', 'holdername',
  'mothersmaiden', 'ethnicity', 'religion', 'sexualorientation', 'bloodtype',
]

/** Whole keys, or the last word of one. */
const ending = new Set(['email', 'emails', 'mail', 'phone', 'phones', 'telephone', 'mobile', 'fax', 'ssn', 'itin', 'sin', 'nino', 'nin', 'dob', 'passport', 'iban', 'street', 'street1', 'street2', 'zip', 'cpf', 'cnpj', 'bsn', 'pesel', 'curp', 'aadhaar', 'dni', 'nie', 'nif', 'steuerid', 'gender'])

/** Only when it is the whole key: `server.address` and `mail.address` are told apart by the word before. */
const wholeKeys = new Set(['address', 'address1', 'address2', 'addr', 'sex', 'birth', 'born', 'nationality', 'mrn'])

/** Last words of keys that say something about it: `email_verified`, `phoneType`. */
const about = new Set('verified valid validated consent count type kind id ids template subject status enabled required format label provider server host domain sent at on queue list hash opt in out optin optout preferences settings service'.split(' '))

export function createPersonalKey(): KeyNameRule {
  return rememberKeys(isPersonal)
}

function isPersonal(key: string): boolean {
  const folded = foldedKey(key)
  if (wholeKeys.has(folded)) return true
  const words = wordsOf(key)
  const last = words.at(-1) ?? ''
  if (words.length > 1 && about.has(last) && !folded.endsWith('taxid') && !folded.endsWith('nationalid') && !folded.endsWith('taxpayerid')) return false
  return within.some((name) => folded.includes(name)) || ending.has(last) || ending.has(folded)
}
