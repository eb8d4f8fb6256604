// Brazil, Argentina, Chile, Colombia, Ecuador, Peru, Uruguay. With their dots and dashes the first three also go without a word: standalone.ts.

import { isCnpj, isCpf, isCuit, isEcuadorianCi, isNit, isPis, isRuc, isRut, isUruguayanCi } from '../../validate/national/south-america.ts'
import { digits, gap, nationalNumber } from './national.ts'
import type { Rule } from '../../rule.ts'

const person = ['cédula', 'identidad', 'documento']

export const southAmericanRules: readonly Rule[] = [
  nationalNumber({
    id: 'br_cpf',
    words: ['cpf', 'pessoa física', 'contribuinte', 'documento', 'tax id'],
    form: digits(11),
    valid: isCpf,
    examples: { finds: ['CPF 52998224725', 'cpf: 529.982.247-25', '{"customer_cpf":"529 982 247 25"}'], ignores: ['CPF 52998224726', 'CPF 11111111111', '52998224725'] },
  }),
  nationalNumber({
    id: 'br_cnpj',
    words: ['cnpj', 'pessoa jurídica', 'tax id'],
    form: `[0-9A-Z]{2}${gap}[0-9A-Z]{3}${gap}[0-9A-Z]{3}${gap}[0-9A-Z]{4}${gap}[0-9]{2}`,
    valid: isCnpj,
    examples: { finds: ['CNPJ 11222333000181', 'cnpj=11.222.333/0001-81', 'CNPJ 12.ABC.345/01DE-35'], ignores: ['CNPJ 11222333000182', '11222333000181'] },
  }),
  nationalNumber({
    id: 'br_pis',
    words: ['pis', 'pasep', 'nis', 'pis pasep', 'nit'],
    form: digits(11),
    valid: isPis,
    examples: { finds: ['PIS 120.56412.54-5', 'pasep=12056412545'], ignores: ['PIS 12056412548', 'this 12056412545'] },
  }),
  nationalNumber({
    id: 'ar_cuit',
    words: ['cuit', 'cuil', 'tributaria'],
    form: digits(11),
    valid: isCuit,
    examples: { finds: ['CUIT 20-05536168-2', 'cuil: 20055361682'], ignores: ['CUIT 20-05536168-3', 'circuit 20055361682'] },
  }),
  nationalNumber({
    id: 'cl_rut',
    words: ['rut', 'run', 'rol único'],
    form: `[0-9]{1,2}${gap}[0-9]{3}${gap}[0-9]{3}${gap}[0-9K]`,
    valid: isRut,
    examples: { finds: ['RUT 12531909-2', 'rut=76086428-5', 'RUN: 12.531.909-2'], ignores: ['RUT 12531909-3', 'truth 125319092'] },
  }),
  nationalNumber({
    id: 'co_nit',
    words: ['nit', 'tributaria'],
    form: digits(9, 11),
    valid: isNit,
    examples: { finds: ['NIT 213.123.432-1', 'nit: 2131234321'], ignores: ['NIT 213.123.432-2', 'init 2131234321'] },
  }),
  nationalNumber({
    id: 'ec_ci',
    words: [...person, 'ruc'],
    form: '[0-9]{9}-?[0-9]',
    valid: isEcuadorianCi,
    examples: { finds: ['cédula de identidad 171430710-3'], ignores: ['cédula 171430710-4', '1714307103'] },
  }),
  nationalNumber({
    id: 'pe_ruc',
    words: ['ruc', 'contribuyente'],
    form: digits(11),
    valid: isRuc,
    examples: { finds: ['RUC 20512333797'], ignores: ['RUC 20512333798', 'truck 20512333797'] },
  }),
  nationalNumber({
    id: 'uy_ci',
    words: [...person, 'ci'],
    form: `[0-9]${gap}[0-9]{3}${gap}[0-9]{3}${gap}[0-9]`,
    valid: isUruguayanCi,
    examples: { finds: ['documento 1.234.567-2'], ignores: ['documento 1.234.567-3', '1.234.567-2'] },
  }),
]
