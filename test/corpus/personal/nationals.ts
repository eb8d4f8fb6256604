// National numbers by kind: how one is made, how it is written, and what it is called where it is given out.

import * as asia from '../../../processors/redact/validate/national/asia.ts'
import * as east from '../../../processors/redact/validate/national/eastern-europe.ts'
import * as northAmerica from '../../../processors/redact/validate/national/north-america.ts'
import * as north from '../../../processors/redact/validate/national/northern-europe.ts'
import * as pacific from '../../../processors/redact/validate/national/pacific-africa.ts'
import * as southAmerica from '../../../processors/redact/validate/national/south-america.ts'
import * as south from '../../../processors/redact/validate/national/southern-europe.ts'
import * as west from '../../../processors/redact/validate/national/western-europe.ts'
import type { Valid } from './values.ts'

export interface National {
  readonly kind: string
  readonly labels: readonly string[]
  /** See `fill`. */
  readonly form: string
  /** How many places at the end are tried. */
  readonly places: 0 | 1 | 2
  readonly valid: Valid
  /** How it is written: lengths of groups and what stands between. The first is always `compact`. */
  readonly written: readonly (readonly [lengths: readonly number[], separator: string])[]
  /** Its written form needs no label. */
  readonly alone?: true
}

const compact = [[], ''] as const

function national(kind: string, labels: string, form: string, places: 0 | 1 | 2, valid: Valid, ...written: National['written']): National {
  return { kind, labels: labels.split('|'), form, places, valid, written: [compact, ...written] }
}

export const nationals: readonly National[] = [
  { ...national('us_ssn', 'SSN|Social Security number|ssn|socialSecurityNumber|user_ssn', '00000000', 1, northAmerica.isSsn, [[3, 2], '-'], [[3, 2], ' ']), alone: true },
  national('us_itin', 'ITIN|taxpayer id|tax_id', '900700000', 0, northAmerica.isItin, [[3, 2], '-']),
  national('us_ein', 'EIN|employer identification number|tax id', '120000000', 0, northAmerica.isEin, [[2], '-']),
  national('us_routing', 'routing number|ABA|routing_no', '02100000', 1, northAmerica.isAba),
  national('ca_sin', 'SIN|social insurance number|num\u00e9ro d\'assurance sociale', '10000000', 1, northAmerica.isSin, [[3, 3], ' '], [[3, 3], '-']),
  national('mx_curp', 'CURP|clave \u00fanica|curp', 'AEAC{Y}{M}{D}HDFCCC0', 1, northAmerica.isCurp),
  national('br_cpf', 'CPF|cpf|customer_cpf', '000000000', 2, southAmerica.isCpf),
  national('br_cnpj', 'CNPJ|cnpj', '000000000001', 2, southAmerica.isCnpj),
  national('ar_cuit', 'CUIT|CUIL|cuit', '2000000000', 1, southAmerica.isCuit, [[2, 8], '-']),
  national('cl_rut', 'RUT|rut', '10000000', 1, southAmerica.isRut, [[8], '-']),
  national('co_nit', 'NIT|nit', '900000000', 1, southAmerica.isNit, [[9], '-']),
  national('uk_nhs', 'NHS number|nhsNumber|NHS', '900000000', 1, west.isNhs, [[3, 3], ' ']),
  national('uk_nino', 'National Insurance number|NINO|NI number', 'AB000000C', 0, west.isNino, [[2, 2, 2, 2], ' ']),
  national('ie_pps', 'PPS number|PPSN|ppsn', '0000000', 1, west.isPps),
  national('fr_nir', 'num\u00e9ro de s\u00e9curit\u00e9 sociale|NIR|nir', '1{Y}{M}75000000', 2, west.isNir, [[1, 2, 2, 2, 3, 3], ' ']),
  national('be_nrn', 'rijksregisternummer|num\u00e9ro national|NISS', '{Y}{M}{D}000', 2, west.isBelgian),
  national('nl_bsn', 'BSN|burgerservicenummer|bsn|klantBsn', '10000000', 1, west.isBsn, [[4, 2], '.']),
  national('de_steuer_id', 'Steuer-ID|steuerliche Identifikationsnummer|IdNr|taxId', '1020405967', 1, west.isSteuerId, [[2, 3, 3], ' ']),
  national('at_svnr', 'SVNR|Sozialversicherungsnummer', '1000{D}{M}{Y}', 0, west.isSvnr, [[4], ' ']),
  national('ch_ahv', 'AHV-Nummer|AVS|ahv', '756000000000', 1, west.isAhv, [[3, 4, 4], '.']),
  national('es_dni', 'DNI|NIF|dni', '00000000', 1, south.isDni, [[8], '-']),
  national('es_nie', 'NIE|n\u00famero de identidad de extranjero', 'X0000000', 1, south.isDni, [[1, 7], '-']),
  national('pt_nif', 'NIF|n\u00famero de contribuinte', '20000000', 1, south.isPortugueseNif, [[3, 3], ' ']),
  national('it_codice_fiscale', 'codice fiscale|CF|codiceFiscale', 'CCCCCC{Y}A{D}H501', 1, south.isCodiceFiscale),
  national('gr_amka', 'AMKA|amka', '{D}{M}{Y}0000', 1, south.isAmka),
  national('hr_oib', 'OIB|oib', '0000000000', 1, south.isOib),
  national('tr_tckn', 'TC Kimlik No|TCKN|tckn', '100000000', 2, south.isTckn),
  national('il_id', 'teudat zehut|Israeli ID', '00000000', 1, south.isTeudatZehut),
  national('se_personnummer', 'personnummer|pnr', '{Y}{M}{D}000', 1, north.isPersonnummer, [[6], '-']),
  national('no_fodselsnummer', 'f\u00f8dselsnummer|fnr', '{D}{M}{Y}000', 2, north.isFodselsnummer, [[6], ' ']),
  national('dk_cpr', 'CPR-nummer|CPR|cpr', '{D}{M}{Y}0000', 0, north.isCpr, [[6], '-']),
  national('fi_hetu', 'henkil\u00f6tunnus|HETU|hetu', '{D}{M}{Y}-000', 1, north.isHetu),
  national('ee_isikukood', 'isikukood|personal code', '3{Y}{M}{D}000', 1, north.isIsikukood),
  national('pl_pesel', 'PESEL|pesel|nrPesel', '{Y}{M}{D}0000', 1, east.isPesel),
  national('pl_nip', 'NIP|nip', '500000000', 1, east.isNip, [[3, 3, 2], '-']),
  national('cz_rodne_cislo', 'rodn\u00e9 \u010d\u00edslo|rodne cislo', '{Y}{M}{D}000', 1, east.isRodneCislo, [[6], '/']),
  national('ro_cnp', 'CNP|cod numeric personal', '1{Y}{M}{D}12000', 1, east.isCnp),
  national('bg_egn', '\u0415\u0413\u041d|EGN', '{Y}{M}{D}000', 1, east.isEgn),
  national('ru_snils', '\u0421\u041d\u0418\u041b\u0421|SNILS', '112000000', 2, east.isSnils),
  national('hu_taj', 'TAJ sz\u00e1m|taj', '12000000', 1, east.isTaj, [[3, 3], ' ']),
  national('in_aadhaar', 'Aadhaar|aadhaarNumber|Aadhaar no', '20000000000', 1, asia.isAadhaar, [[4, 4], ' ']),
  national('in_pan', 'PAN|permanent account number|panNumber', 'AAAPA0000A', 0, asia.isIndianPan),
  national('cn_resident_id', '\u8eab\u4efd\u8bc1\u53f7|id card|resident id', '11010119{Y}{M}{D}000', 1, asia.isResidentId),
  national('tw_national_id', '\u8eab\u5206\u8b49|national id', 'A10000000', 1, asia.isTaiwaneseId),
  national('hk_hkid', 'HKID|Hong Kong identity card', 'A000000', 1, asia.isHkid),
  national('kr_rrn', '\uc8fc\ubbfc\ub4f1\ub85d\ubc88\ud638|RRN', '{Y}{M}{D}100000', 1, asia.isCheckedRrn, [[6], '-']),
  national('jp_my_number', '\u30de\u30a4\u30ca\u30f3\u30d0\u30fc|My Number|individual number', '12000000000', 1, asia.isMyNumber, [[4, 4], ' ']),
  national('sg_nric', 'NRIC|nric', 'S0000000', 1, asia.isNric),
  national('th_citizen_id', '\u0e40\u0e25\u0e02\u0e1b\u0e23\u0e30\u0e08\u0e33\u0e15\u0e31\u0e27\u0e1b\u0e23\u0e30\u0e0a\u0e32\u0e0a\u0e19|Thai ID', '100000000000', 1, asia.isThaiId),
  national('au_tfn', 'TFN|tax file number', '12000000', 1, pacific.isTfn, [[3, 3], ' ']),
  national('au_medicare', 'Medicare number|medicare', '20000000', 2, pacific.isMedicare),
  national('nz_ird', 'IRD number|ird', '10000000', 1, pacific.isIrd, [[3, 3], '-']),
  national('za_id', 'ID number|South African ID', '{Y}{M}{D}500008', 1, pacific.isSouthAfricanId),
]
