// United States, Canada, Mexico, Dominican Republic. Who gives the number out says how it is built: SSA, IRS, Federal Reserve, CMS, CRA, RENAPO, SAT.

import { isAba, isCedula, isCurp, isEin, isItin, isMbi, isNpi, isNss, isRfc, isSin, isSsn } from '../../validate/national/north-america.ts'
import { standsAlone } from './context.ts'
import { digits, gap, nationalNumber } from './national.ts'
import type { Rule } from '../../rule.ts'

export const northAmericanRules: readonly Rule[] = [
  {
    id: 'us_ssn',
    finds: 'personal',
    shape: 'digits',
    pattern: new RegExp('(?:^|[^0-9A-Za-z])(?<s>[0-8][0-9]{2}[\u2010-\u2013-][0-9]{2}[\u2010-\u2013-][0-9]{4})', 'g'),
    valid: (match, place) => standsAlone(place) && isSsn(match.replace(/[^0-9]/g, '')),
    examples: {
      finds: ['his number is 219-09-9999.', 'ssn=078-05-1120;', '"123-45-6789"'],
      ignores: ['000-12-3456', '666-12-3456', '123-00-4567', '123-45-0000', '1123-45-6789', '123-45-67890', '2026-123-45-6789', '123-45-6789-1'],
    },
  },
  nationalNumber({
    id: 'us_ssn_named',
    words: ['ssn', 'social security', 'soc sec', 'ss no', 'ss number', 'ss#', 'social sec', 'seguro social', 'ssnumber'],
    form: digits(9),
    valid: (number) => !/^0+|^(.)\1*$/.test(number) || isSsn(number), // under its name even one that was never given out
    examples: {
      finds: ['SSN 219099999', 'Social Security number: 078 05 1120', '{"userSsn":"219099999"}', 'social_security_no=219099999', 'SSN: 987-65-4321'],
      ignores: ['session 219099999', 'ssn: 000-00-0000', 'SSN 111111111', 'order 219099999'],
    },
  }),
  nationalNumber({
    id: 'us_itin',
    words: ['itin', 'individual taxpayer', 'taxpayer id', 'tax id', 'tin', 'taxpayer identification'],
    form: digits(9),
    valid: isItin,
    examples: { finds: ['ITIN 912-70-1234', 'tax_id: 912701234'], ignores: ['ITIN 912-10-1234', 'waiting 912701234'] },
  }),
  nationalNumber({
    id: 'us_ein',
    words: ['ein', 'fein', 'employer identification', 'employer id', 'federal tax', 'tax id', 'taxpayer id', 'tin'],
    form: '[0-9]{2}-?[0-9]{7}',
    valid: isEin,
    examples: { finds: ['EIN: 12-3456789', 'employerId=123456789', '"taxId": "04-3456789"'], ignores: ['EIN 07-3456789', 'being 12-3456789'] },
  }),
  nationalNumber({
    id: 'us_routing_number',
    words: ['routing', 'aba', 'rtn', 'transit number', 'routing transit'],
    form: digits(9),
    valid: isAba,
    examples: { finds: ['routing number 021000021', 'ABA: 0110-0001-5', 'routing_no=122105155'], ignores: ['routing number 021000022', 'database 021000021'] },
  }),
  nationalNumber({
    id: 'us_npi',
    words: ['npi', 'national provider'],
    form: digits(10),
    valid: isNpi,
    examples: { finds: ['NPI 1234567893'], ignores: ['NPI 1234567890', '1234567893'] },
  }),
  nationalNumber({
    id: 'us_mbi',
    words: ['mbi', 'medicare'],
    form: '[1-9][A-Z][0-9A-Z][0-9]-?[A-Z][0-9A-Z][0-9]-?[A-Z]{2}[0-9]{2}',
    valid: isMbi,
    examples: { finds: ['Medicare 1EG4-TE5-MK73', 'mbi=1EG4TE5MK73'], ignores: ['Medicare 0EG4-TE5-MK73', '1EG4-TE5-MK73 shipped'] },
  }),
  nationalNumber({
    id: 'ca_sin',
    words: ['sin', 'social insurance', 'assurance sociale', 'nas'],
    form: digits(9),
    valid: isSin,
    examples: { finds: ['SIN 046 454 286', "numéro d'assurance sociale : 046-454-286", 'sinNumber: 046454286'], ignores: ['SIN 046 454 287', 'using 046454286'] },
  }),
  {
    id: 'mx_curp',
    finds: 'personal',
    keywords: ['curp', 'clave', 'mexic', 'poblaci', 'nacimiento', 'nacid', 'ciudadan', 'pacient', 'customer id', 'tax id', 'national id', 'personal id', 'identity'],
    pattern: /\b[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]\b/g,
    valid: isCurp,
    examples: { finds: ['CURP BOXW310820HNERXN09', 'su clave BOXW310820HNERXN09.'], ignores: ['clave BOXW310820HNERXN08', 'clave BOXW311320HNERXN09'] },
  },
  nationalNumber({
    id: 'mx_curp_named',
    words: ['curp', 'clave única'],
    form: '[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]',
    valid: (_, match) => /[0-9]{6}/.test(match),
    examples: { finds: ['curp=boxw310820hnerxn09'], ignores: ['boxw310820hnerxn09'] },
  }),
  nationalNumber({
    id: 'mx_rfc',
    words: ['rfc', 'contribuyente', 'registro federal'],
    form: `[A-Z&\u00d1]{3,4}${gap}[0-9]{6}${gap}[0-9A-Z]{3}`,
    valid: isRfc,
    examples: { finds: ['RFC: GODE561231GR8', 'rfc=gode 561231 gr8'], ignores: ['RFC: GODE561331GR8', 'GODE561231GR8'] },
  }),
  nationalNumber({
    id: 'mx_nss',
    words: ['nss', 'imss', 'seguro social', 'seguridad social'],
    form: digits(11),
    valid: isNss,
    examples: { finds: ['NSS 0293-71-0105-9', 'número de seguridad social: 02937101059'], ignores: ['NSS 02937101058', '02937101059'] },
  }),
  nationalNumber({
    id: 'do_cedula',
    words: ['cédula', 'identidad'],
    form: '[0-9]{3}-?[0-9]{7}-?[0-9]',
    valid: isCedula,
    examples: { finds: ['Cédula 001-1391820-5', 'cedula=22400022111'], ignores: ['Cédula 001-1391820-6', '22400022111'] },
  }),
]
