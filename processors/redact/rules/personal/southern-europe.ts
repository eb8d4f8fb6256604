// Spain, Portugal, Italy, Greece, Croatia, Slovenia, Turkey, Israel.

import { isAfm, isAmka, isCif, isCodiceFiscale, isDni, isJmbg, isNuss, isOib, isPortugueseNif, isTckn, isTeudatZehut } from '../../validate/national/southern-europe.ts'
import { digits, gap, nationalNumber } from './national.ts'
import type { Rule } from '../../rule.ts'

export const southernEuropeanRules: readonly Rule[] = [
  nationalNumber({
    id: 'es_dni',
    words: ['dni', 'nif', 'nie', 'documento', 'identidad', 'identificación', 'extranjero', 'national id', 'tax id'],
    form: `[0-9XYZ]${gap}[0-9]{1,2}(?:${gap}[0-9]{3}){2}${gap}[A-Z]`,
    valid: isDni,
    examples: { finds: ['DNI 12345678Z', 'nie: X-5253868-R', 'nif=12.345.678-Z'], ignores: ['DNI 12345678A', 'Y1234567A'] },
  }),
  nationalNumber({
    id: 'es_cif',
    words: ['cif', 'nif', 'identificación fiscal', 'tax id'],
    form: '[A-HJNP-SUVW]-?[0-9]{7}-?[0-9A-J]',
    valid: isCif,
    examples: { finds: ['CIF J99216582', 'nif=A13585625'], ignores: ['CIF J99216583', 'specific J99216582'] },
  }),
  nationalNumber({
    id: 'es_nuss',
    words: ['nuss', 'seguridad social', 'naf', 'afiliación'],
    form: digits(12),
    valid: isNuss,
    examples: { finds: ['NUSS 28/12345678/40'], ignores: ['NUSS 28/12345678/41', '281234567840'] },
  }),
  nationalNumber({
    id: 'pt_nif',
    words: ['nif', 'contribuinte', 'identificação fiscal', 'tax id', 'número fiscal'],
    form: digits(9),
    valid: isPortugueseNif,
    examples: { finds: ['NIF 501964843', 'contribuinte n.º 501 964 843'], ignores: ['NIF 501964842', 'significant 501964843'] },
  }),
  {
    id: 'it_codice_fiscale',
    finds: 'personal',
    keywords: ['fiscal', 'codice', 'c.f.', 'cf:', 'cf=', 'cf ', 'cf"', 'cf)', 'cf>', 'cf\n', 'cf-', 'italia', 'pazient', 'nascita', 'nato ', 'nata ', 'tax code', 'tax id', 'tax_id', 'taxid', 'national id', 'personal id', 'identity'],
    pattern: /\b[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b/g,
    valid: isCodiceFiscale,
    examples: { finds: ['tax code RSSMRA85T10A562S', 'il paziente (BNZVCN32S10E573Z)'], ignores: ['tax code RSSMRA85T10A562T', 'tax code ABCDEF12G34H567I'] },
  },
  nationalNumber({
    id: 'it_codice_fiscale_named',
    words: ['codice fiscale', 'fiscale', 'cf', 'cod fisc', 'tax code', 'fiscal code'],
    form: `[A-Z]{3}${gap}[A-Z]{3}${gap}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}${gap}[A-Z][0-9LMNP-V]{3}${gap}[A-Z]`,
    valid: isCodiceFiscale,
    examples: { finds: ['codice fiscale: RSS MRA 85T10 A562 S', 'codiceFiscale=rssmra85t10a562s'], ignores: ['codice fiscale RSSMRA85T10A562T', 'rssmra85t10a562s'] },
  }),
  nationalNumber({
    id: 'gr_amka',
    words: ['amka'],
    form: digits(11),
    valid: isAmka,
    examples: { finds: ['AMKA 01013099997', 'amka: 010130-99997'], ignores: ['AMKA 01013099999', '01013099997'] },
  }),
  nationalNumber({
    id: 'gr_afm',
    words: ['afm', 'tin', 'tax id'],
    form: digits(9),
    valid: isAfm,
    examples: { finds: ['AFM 094259216'], ignores: ['AFM 094259217', '094259216'] },
  }),
  nationalNumber({
    id: 'hr_oib',
    words: ['oib', 'identifikacijski'],
    form: digits(11),
    valid: isOib,
    examples: { finds: ['OIB 33392005961', 'osobni identifikacijski broj: 33392005961'], ignores: ['OIB 33392005962', '33392005961'] },
  }),
  nationalNumber({
    id: 'yu_jmbg',
    words: ['jmbg', 'emso', 'emšo', 'embg', 'matični broj'],
    form: digits(13),
    valid: isJmbg,
    examples: { finds: ['EMSO 0101006500006', 'matični broj 0101006500006', 'jmbg=0101006500006'], ignores: ['EMŠO 0101006500007', '0101006500006'] },
  }),
  nationalNumber({
    id: 'tr_tckn',
    words: ['tckn', 'tc kimlik', 't c kimlik', 'kimlik', 'vatandaşlık', 'tc no', 'tc'],
    form: digits(11),
    valid: isTckn,
    examples: { finds: ['T.C. Kimlik No: 17291716060', 'tckn=17291716060'], ignores: ['TCKN 17291716050', '17291716060'] },
  }),
  nationalNumber({
    id: 'il_id',
    words: ['teudat zehut', 'israeli id', 'zehut', 'id number', 'identity number', 'national id'],
    form: digits(9),
    valid: isTeudatZehut,
    examples: { finds: ['Teudat Zehut: 039337423'], ignores: ['teudat zehut 039337424', '039337423'] },
  }),
]
