// Poland, Czechia and Slovakia, Hungary, Romania, Bulgaria, Russia, Ukraine.

import { isAdoazonosito, isCnp, isEgn, isInn, isNip, isPesel, isRnokpp, isRodneCislo, isSnils, isTaj } from '../../validate/national/eastern-europe.ts'
import { digits, gap, nationalNumber } from './national.ts'
import type { Rule } from '../../rule.ts'

export const easternEuropeanRules: readonly Rule[] = [
  nationalNumber({
    id: 'pl_pesel',
    words: ['pesel'],
    form: digits(11),
    valid: isPesel,
    examples: { finds: ['PESEL 44051401359', 'nrPesel=44051401359'], ignores: ['PESEL 44051401358', '44051401359'] },
  }),
  nationalNumber({
    id: 'pl_nip',
    words: ['nip', 'identyfikacji podatkowej', 'tax id'],
    form: digits(10),
    valid: isNip,
    examples: { finds: ['NIP 856-734-62-15', 'nip: 8567346215'], ignores: ['NIP 8567346216', 'snippet 8567346215'] },
  }),
  nationalNumber({
    id: 'cz_rodne_cislo',
    words: ['rodné číslo', 'rodného čísla', 'rodným číslem', 'rodne cislo', 'rc', 'rč', 'birth number'],
    form: `[0-9]{6}${gap}[0-9]{3,4}`,
    valid: isRodneCislo,
    examples: { finds: ['rodné číslo 710319/2745', 'rodne cislo: 7103192745'], ignores: ['rodné číslo 710319/2746', '7103192745'] },
  }),
  nationalNumber({
    id: 'hu_taj',
    words: ['taj', 'tajszam', 'taj szám', 'társadalombiztosítási'],
    form: digits(9),
    valid: isTaj,
    examples: { finds: ['TAJ szám: 123 456 788', 'taj=123456788'], ignores: ['TAJ 123456789', '123456788'] },
  }),
  nationalNumber({
    id: 'hu_tax_id',
    words: ['adóazonosító', 'adoazonosito', 'adószám', 'tax id'],
    form: digits(10),
    valid: isAdoazonosito,
    examples: { finds: ['adóazonosító jel 8071592153'], ignores: ['adóazonosító 8071592152', '8071592153'] },
  }),
  nationalNumber({
    id: 'ro_cnp',
    words: ['cnp', 'cod numeric personal', 'numeric personal'],
    form: digits(13),
    valid: isCnp,
    examples: { finds: ['CNP 1630615123457', 'codNumericPersonal=1630615123457'], ignores: ['CNP 1630615123458', '1630615123457'] },
  }),
  nationalNumber({
    id: 'bg_egn',
    words: ['egn'],
    form: digits(10),
    valid: isEgn,
    examples: { finds: ['EGN 7523169263', 'egn: 8032056031'], ignores: ['EGN 7552A10004', 'EGN 8019010008', '7523169263'] },
  }),
  nationalNumber({
    id: 'ru_snils',
    words: ['snils'],
    form: `[0-9]{3}${gap}[0-9]{3}${gap}[0-9]{3}${gap}[0-9]{2}`,
    valid: isSnils,
    examples: { finds: ['SNILS 112-233-445 95', 'snils=11223344595'], ignores: ['SNILS 112-233-445 96', '11223344595'] },
  }),
  nationalNumber({
    id: 'ru_inn',
    words: ['inn'],
    form: digits(10, 12),
    valid: isInn,
    examples: { finds: ['INN 123456789047', 'inn: 1234567894'], ignores: ['INN 1234567895', 'inner 1234567894'] },
  }),
  nationalNumber({
    id: 'ua_rnokpp',
    words: ['rnokpp', 'ipn'],
    form: digits(10),
    valid: isRnokpp,
    examples: { finds: ['RNOKPP 1759013776'], ignores: ['RNOKPP 1759013777', '1759013776'] },
  }),
]
