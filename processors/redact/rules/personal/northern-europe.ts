// Sweden, Norway, Denmark, Finland, Iceland, Estonia, Lithuania, Latvia.

import { isCpr, isFodselsnummer, isHetu, isIsikukood, isKennitala, isPersonasKods, isPersonnummer } from '../../validate/national/northern-europe.ts'
import { digits, gap, nationalNumber } from './national.ts'
import type { Rule } from '../../rule.ts'

export const northernEuropeanRules: readonly Rule[] = [
  nationalNumber({
    id: 'se_personnummer',
    words: ['personnummer', 'personnr', 'samordningsnummer', 'pnr', 'personal number', 'personal identity'],
    form: `(?:[0-9]{2})?[0-9]{6}[ +\u2010-\u2013-]?[0-9]{4}`,
    valid: (number) => isPersonnummer(number.replace('+', '')),
    examples: { finds: ['personnummer 811218-9876', 'pnr=198112189876', 'Personnummer: 121212+1212'], ignores: ['personnummer 811218-9875', '8112189876'] },
  }),
  nationalNumber({
    id: 'no_fodselsnummer',
    words: ['fødselsnummer', 'fodselsnummer', 'fnr', 'personnummer', 'd nummer', 'dnummer', 'birth number', 'fodselsnr'],
    form: `[0-9]{6}${gap}[0-9]{5}`,
    valid: isFodselsnummer,
    examples: { finds: ['fødselsnummer 151086 95088', 'fnr=15108695088'], ignores: ['fnr=15108695089', 'page 15108695089'] },
  }),
  nationalNumber({
    id: 'dk_cpr',
    words: ['cpr', 'personnummer', 'cpr nummer', 'cprnr'],
    form: `[0-9]{6}${gap}[0-9]{4}`,
    valid: isCpr,
    examples: { finds: ['CPR-nummer: 211062-5629', 'cpr=2110625629'], ignores: ['cpr 321062-5629', '211062-1629'] },
  }),
  nationalNumber({
    id: 'fi_hetu',
    words: ['hetu', 'henkilötunnus', 'personbeteckning', 'sotu', 'personal identity code'],
    form: '[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]',
    valid: (_, match) => isHetu(match),
    examples: { finds: ['hetu 131052-308T', 'henkilötunnus: 131052a308t'], ignores: ['hetu 131052-308U'] },
  }),
  nationalNumber({
    id: 'is_kennitala',
    words: ['kennitala', 'kt', 'icelandic id'],
    form: `[0-9]{6}${gap}[0-9]{4}`,
    valid: isKennitala,
    examples: { finds: ['kennitala 450401-3150', 'kennitala: 120174-3399'], ignores: ['kennitala 530575-0299', '4504013150'] },
  }),
  nationalNumber({
    id: 'ee_lt_person',
    words: ['isikukood', 'asmens kodas', 'asmens', 'personal code', 'ik'],
    form: digits(11),
    valid: isIsikukood,
    examples: { finds: ['isikukood 37605030299', 'Asmens kodas: 33309240064'], ignores: ['isikukood 37605030298', '37605030299'] },
  }),
  nationalNumber({
    id: 'lv_personas_kods',
    words: ['personas kods', 'personas kodu', 'personal code', 'pk'],
    form: `[0-9]{6}${gap}[0-9]{5}`,
    valid: isPersonasKods,
    examples: { finds: ['personas kods 161175-19997'], ignores: ['personas kods 161175-19998', '161175 19998'] },
  }),
]
