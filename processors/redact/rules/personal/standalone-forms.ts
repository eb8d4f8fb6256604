// How national numbers are written that need no name beside them, and those whose name is in another script.

import { isYearMonthDay } from '../../validate/date.ts'
import { isAadhaar, isCheckedRrn, isMyNumber, isResidentId, isRrn, isTaiwaneseId, isThaiId } from '../../validate/national/asia.ts'
import { isEgn, isInn, isRnokpp, isRodneCislo, isSnils } from '../../validate/national/eastern-europe.ts'
import { isItin } from '../../validate/national/north-america.ts'
import { isCheckedCpr, isFodselsnummer, isHetu, isPersonasKods, isPersonnummer } from '../../validate/national/northern-europe.ts'
import { isCnpj, isCpf, isCuit, isRut } from '../../validate/national/south-america.ts'
import { isAfm, isAmka, isDni, isTeudatZehut } from '../../validate/national/southern-europe.ts'
import { isAhv, isBelgian, isNir } from '../../validate/national/western-europe.ts'

export interface Form {
  /** `0` a digit, `A` a capital letter, `X` either; the rest stands for itself. */
  readonly form: string
  readonly valid: (compact: string, match: string) => boolean
  /** Needed before it. */
  readonly words?: readonly string[]
}

const thai = ['ประจำตัวประชาชน', 'บัตรประชาชน']
const korean = ['주민']
const japanese = ['マイナンバ', '個人番号']

export const forms: readonly Form[] = [
  { form: '7560000000000', valid: isAhv }, // before what begins with any digit
  { form: '000.000.000-00', valid: isCpf },
  { form: '00.000.000/0000-00', valid: isCnpj },
  { form: '00-00000000-0', valid: isCuit },
  { form: '00.000.000-X', valid: isRut },
  { form: '0.000.000-X', valid: isRut },
  { form: '000-00-0000', valid: isItin },
  { form: '0 00 00 XX 000 000 00', valid: isNir },
  { form: '0000000000000 00', valid: isNir },
  { form: '000000X00000000', valid: isNir },
  { form: '00.00.00-000.00', valid: isBelgian },
  { form: '00.00.00-000-00', valid: isBelgian },
  { form: '000.0000.0000.00', valid: isAhv },
  { form: '00000000A', valid: (id) => isDni(id) && !isRecentDate(id) },
  { form: '00000000-A', valid: (id) => isDni(id) && !isRecentDate(id) },
  { form: '00000000-0000', valid: (id) => /^1[89]/.test(id) && isPersonnummer(id) },
  { form: '000000-0000', valid: (id) => (isPersonnummer(id) && !isThisCentury(id, 0)) || (isCheckedCpr(id) && !isThisCentury(id, 4)) },
  { form: '000000-000X', valid: (id, match) => isHetu(match) && !(/[0-9]$/.test(id) && isYearMonthDay(id) && isThisCentury(id, 0)) },
  { form: '000000+000X', valid: (_, match) => isHetu(match) },
  { form: '000000A000X', valid: (_, match) => isHetu(match) },
  { form: '000000-00000', valid: (id) => !/^3[2-9]/.test(id) && isPersonasKods(id) },
  { form: '000000-0000000', valid: isCheckedRrn },
  { form: '000000/0000', valid: (id) => isRodneCislo(id) && !(isYearMonthDay(id) && isThisCentury(id, 0)) },
  { form: '000000 00000', valid: isFodselsnummer },
  { form: '00000000000', valid: isFodselsnummer },
  { form: '00000000000000000X', valid: isResidentId },
  { form: '000-000-000 00', valid: isSnils },
  { form: '0000 0000 0000', valid: (id) => isAadhaar(id) && !/^(?:20[0-9]{2}){3}$/.test(id) },
]

/** What a word in another script names; words in ASCII have rules of their own. */
export const namedForms: readonly Form[] = [
  { form: '000000000', valid: isTeudatZehut, words: ['תעודת זהות', 'ת.ז', 'ת"ז'] },
  { form: '000000000', valid: isAfm, words: ['αφμ', 'α.φ.μ'] },
  { form: '00000000000', valid: isAmka, words: ['αμκα'] },
  { form: '0000000000', valid: isEgn, words: ['егн'] },
  { form: '0000000000', valid: isRnokpp, words: ['рнокпп', 'іпн'] },
  { form: '0000000000', valid: isInn, words: ['инн'] },
  { form: '000000000000', valid: isInn, words: ['инн'] },
  { form: '00000000000', valid: isSnils, words: ['снилс'] },
  { form: '0000000000000', valid: isThaiId, words: thai },
  { form: '0-0000-00000-00-0', valid: isThaiId, words: thai },
  { form: '0 0000 00000 00 0', valid: isThaiId, words: thai },
  { form: '000000-0000000', valid: isRrn, words: korean },
  { form: '0000000000000', valid: isRrn, words: korean },
  { form: '000000000000', valid: isMyNumber, words: japanese },
  { form: '0000 0000 0000', valid: isMyNumber, words: japanese },
  { form: '000000000000', valid: isAadhaar, words: ['आधार'] },
  { form: 'A000000000', valid: isTaiwaneseId, words: ['身分證', '身分证', '身分證字號', '統一證號'] },
]

/** Names of files and tables begin with the day: `20261124A`. */
function isRecentDate(id: string): boolean {
  return /^20[0-3]/.test(id) && isYearMonthDay(id, 2)
}

/** Of two digits that could be a year: a time stamp of today rather than a date of birth. */
function isThisCentury(id: string, index: number): boolean {
  return Number(id.slice(index, index + 2)) < 40
}
