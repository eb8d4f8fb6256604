// India, China, Taiwan, Hong Kong, Korea, Japan, Singapore, Malaysia, Thailand, Indonesia, the Emirates.

import {
  isAadhaar, isEmiratesId, isHkid, isIndianPan, isMyKad, isMyNumber, isNik, isNric, isResidentId, isRrn, isTaiwaneseId, isThaiId,
} from '../../validate/national/asia.ts'
import { digits, gap, nationalNumber } from './national.ts'
import type { Rule } from '../../rule.ts'

const identity = ['national id', 'identity card', 'id card', 'identity number']

export const asianRules: readonly Rule[] = [
  nationalNumber({
    id: 'in_aadhaar',
    words: ['aadhaar', 'aadhar', 'uidai', 'uid number'],
    form: digits(12),
    valid: isAadhaar,
    examples: { finds: ['Aadhaar 2341 2341 2346', 'aadhaarNo=234123412346'], ignores: ['Aadhaar 2341 2341 2347', '234123412346'] },
  }),
  nationalNumber({
    id: 'in_pan',
    words: ['pan', 'permanent account', 'pan card', 'income tax', 'tax id'],
    form: '[A-Z]{5}[0-9]{4}[A-Z]',
    valid: isIndianPan,
    examples: { finds: ['PAN: ABCPE1234F', 'panNumber=abcpe1234f', 'permanent account number ABCPE1234F'], ignores: ['company ABCPE1234F', 'PAN ABCDE1234F'] },
  }),
  nationalNumber({
    id: 'cn_resident_id',
    words: ['resident id', 'shenfenzheng', 'sfz', 'id card', 'identity card', 'citizen id', 'idcard'],
    form: '[1-8][0-9]{16}[0-9X]',
    valid: isResidentId,
    examples: { finds: ['id card 11010519491231002X', 'shenfenzheng: 440524188001010014'], ignores: ['id card 110105194912310021'] },
  }),
  nationalNumber({
    id: 'tw_national_id',
    words: [...identity, 'taiwan id'],
    form: '[A-Z][1289][0-9]{8}',
    valid: isTaiwaneseId,
    examples: { finds: ['national id A123456789', 'Taiwan ID: F131104093'], ignores: ['national id A123456788', 'A123456789'] },
  }),
  nationalNumber({
    id: 'hk_hkid',
    words: ['hkid', 'hong kong', 'identity card', 'id card'],
    form: '[A-Z]{1,2}[0-9]{6}(?:\\([0-9A]\\)|[0-9A])',
    valid: isHkid,
    examples: { finds: ['HKID A123456(3)', 'hkid=A1234563', 'Hong Kong identity card AB987654(3)'], ignores: ['HKID A123456(4)', 'A123456(3)'] },
  }),
  nationalNumber({
    id: 'kr_rrn',
    words: ['rrn', 'jumin', 'resident registration', 'registration number'],
    form: `[0-9]{6}${gap}[1-8][0-9]{6}`,
    valid: isRrn,
    examples: { finds: ['RRN 971013-1019901', 'resident registration number: 9710131019906'], ignores: ['RRN 971313-1019906', '9710131019906'] },
  }),
  nationalNumber({
    id: 'jp_my_number',
    words: ['my number', 'individual number', 'kojin bango'],
    form: digits(12),
    valid: isMyNumber,
    examples: { finds: ['My Number: 1234 5678 9018', 'myNumber=123456789018'], ignores: ['my number 123456789019', '123456789018'] },
  }),
  nationalNumber({
    id: 'sg_nric',
    words: ['nric', 'fin', 'ic number', 'ic no', 'identity card', 'nric fin', 'singapore'],
    form: '[STFGM][0-9]{7}[A-Z]',
    valid: isNric,
    examples: { finds: ['NRIC S1234567D', 'nric=S0000001I', 'FIN G1234567X'], ignores: ['NRIC S1234567A', 'S1234567D'] },
  }),
  nationalNumber({
    id: 'my_mykad',
    words: ['mykad', 'my kad', 'nric', 'ic number', 'ic no', 'kad pengenalan', 'identity card', 'no kp'],
    form: `[0-9]{6}${gap}[0-9]{2}${gap}[0-9]{4}`,
    valid: isMyKad,
    examples: { finds: ['MyKad 770305-02-1234', 'NRIC: 770305021234'], ignores: ['MyKad 771305-02-1234', '770305-02-1234'] },
  }),
  nationalNumber({
    id: 'th_citizen_id',
    words: ['citizen id', 'thai id', 'national id', 'id card'],
    form: digits(13),
    valid: isThaiId,
    examples: { finds: ['Thai ID 1-2345-45678-78-1', 'citizenId=1234545678781'], ignores: ['Thai ID 1234545678782', '1234545678781'] },
  }),
  nationalNumber({
    id: 'id_nik',
    words: ['nik', 'ktp', 'kependudukan'],
    form: digits(16),
    valid: isNik,
    examples: { finds: ['NIK 3171011708450001', 'No. KTP: 3171011708450001'], ignores: ['NIK 3171017208450001', '3171011708450001'] },
  }),
  nationalNumber({
    id: 'ae_emirates_id',
    words: ['emirates id', 'eid', 'emirates'],
    form: digits(15),
    valid: isEmiratesId,
    examples: { finds: ['Emirates ID 784-1984-1234567-4'], ignores: ['Emirates ID 784-1984-1234567-8'] },
  }),
]
