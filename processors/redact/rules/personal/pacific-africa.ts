// Australia, New Zealand, South Africa.

import { isAbn, isIrd, isMedicare, isSouthAfricanId, isTfn } from '../../validate/national/pacific-africa.ts'
import { digits, nationalNumber } from './national.ts'
import type { Rule } from '../../rule.ts'

export const pacificAndAfricanRules: readonly Rule[] = [
  nationalNumber({
    id: 'au_tfn',
    words: ['tfn', 'tax file'],
    form: digits(9),
    valid: isTfn,
    examples: { finds: ['TFN 123 456 782', 'taxFileNumber=123456782'], ignores: ['TFN 123 456 783', '123456782'] },
  }),
  nationalNumber({
    id: 'au_medicare',
    words: ['medicare'],
    form: digits(10, 11),
    valid: isMedicare,
    examples: { finds: ['Medicare 2123 45670 1', 'medicareNo=2123456701'], ignores: ['Medicare 2123 45671 1', '2123456701'] },
  }),
  nationalNumber({
    id: 'au_abn',
    words: ['abn', 'australian business', 'business number'],
    form: digits(11),
    valid: isAbn,
    examples: { finds: ['ABN 51 824 753 556', 'abn=51824753556'], ignores: ['ABN 51824753557', '51824753556'] },
  }),
  nationalNumber({
    id: 'nz_ird',
    words: ['ird', 'inland revenue'],
    form: digits(8, 9),
    valid: isIrd,
    examples: { finds: ['IRD 49-091-850', 'ird number: 136410132'], ignores: ['IRD 136410133', 'bird 49091850'] },
  }),
  nationalNumber({
    id: 'za_id',
    words: ['id number', 'identity number', 'south african', 'rsa id', 'sa id', 'id no', 'national id', 'id nommer', 'identiteitsnommer'],
    form: digits(13),
    valid: isSouthAfricanId,
    examples: { finds: ['ID number 8001015009087', 'rsaId=8001015009087'], ignores: ['ID number 8001015009088', '8001015009087'] },
  }),
]
