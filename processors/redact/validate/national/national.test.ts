import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as asia from './asia.ts'
import * as east from './eastern-europe.ts'
import * as northAmerica from './north-america.ts'
import * as north from './northern-europe.ts'
import * as pacific from './pacific-africa.ts'
import * as southAmerica from './south-america.ts'
import * as south from './southern-europe.ts'
import * as west from './western-europe.ts'

interface Published {
  /** Numbers that authorities, their manuals and reference implementations print as examples. */
  readonly valid: readonly string[]
  readonly invalid: readonly string[]
  /** Of the texts that differ in one digit so many parts are noticed; 0 where there is no checksum. Default 1: all. */
  readonly noticed?: number
}

type Validator = (text: string) => boolean

const published: readonly (readonly [Validator, Published])[] = [
  // SSA: numbers that advertisements made unusable. IRS: Publication 1915. ABA: American Bankers Association's own. CMS: NPI and MBI standards.
  [northAmerica.isSsn, { valid: ['078051120', '219099999'], invalid: ['000123456', '666123456', '900123456', '123004567', '123450000'], noticed: 0 }],
  [northAmerica.isItin, { valid: ['912501234', '912903456'], invalid: ['912493456', '812703456', '912933456'], noticed: 0 }],
  [northAmerica.isEin, { valid: ['123456789', '911144442'], invalid: ['073456789', '893456789'], noticed: 0 }],
  [northAmerica.isAba, { valid: ['021000021', '111000025', '122105155'], invalid: ['021000022', '500000005'] }],
  [northAmerica.isNpi, { valid: ['1234567893', '1245319599'], invalid: ['1234567890'] }],
  [northAmerica.isMbi, { valid: ['1EG4TE5MK73'], invalid: ['0EG4TE5MK73', '1SG4TE5MK73'], noticed: 0 }],
  [northAmerica.isSin, { valid: ['046454286', '123456782'], invalid: ['123456789', '999999999'] }],
  [northAmerica.isCurp, { valid: ['BOXW310820HNERXN09'], invalid: ['BOXW310820HNERXN08', 'BOXW311320HNERXN09'], noticed: 0.9 }],
  [northAmerica.isCheckedRfc, { valid: ['GODE561231GR8'], invalid: ['GODE561231GR9'], noticed: 0.9 }],
  [northAmerica.isCedula, { valid: ['00113918205', '22400022111'], invalid: ['00113918204'] }],
  [southAmerica.isCpf, { valid: ['52998224725', '39053344705'], invalid: ['23100299900', '00000000000'], noticed: 0.98 }],
  [southAmerica.isCnpj, { valid: ['16727230000197', '11222333000181', '12ABC34501DE35'], invalid: ['16727230000198'], noticed: 0.99 }],
  [southAmerica.isCuit, { valid: ['20055361682', '20267565393'], invalid: ['20267565392'], noticed: 0.99 }],
  [southAmerica.isRut, { valid: ['125319092', '760864285'], invalid: ['125319093', '760864287'] }],
  [southAmerica.isNit, { valid: ['2131234321'], invalid: ['2131234325'], noticed: 0.9 }],
  [southAmerica.isEcuadorianCi, { valid: ['1714307103'], invalid: ['1714307104'] }],
  [southAmerica.isRuc, { valid: ['20512333797', '20507822470'], invalid: ['20512333798'], noticed: 0.9 }],
  [west.isNhs, { valid: ['9434765919', '9434765870'], invalid: ['9434765918'] }],
  [west.isNino, { valid: ['AB123456C', 'AA123456A', 'HH012345D'], invalid: ['BG123456C', 'DA123456A', 'FQ987654C', 'AO123456A', 'AB123456E'], noticed: 0 }],
  [west.isPps, { valid: ['6433435F', '6433435OA', '1234567T', '1234567FA'], invalid: ['6433435E', '6433435VH'] }],
  [west.isNir, { valid: ['295109912611193', '253072B07300470', '253072A07300443'], invalid: ['295109912611199'] }],
  [west.isBelgian, { valid: ['85073003328', '17073003384'], invalid: ['12345678901'], noticed: 0.98 }],
  [west.isBsn, { valid: ['111222333', '123456782'], invalid: ['111252333', '000000000'] }],
  [west.isLuxembourg, { valid: ['1983081414580'], invalid: ['1983081414581'] }],
  [west.isSteuerId, { valid: ['36574261809', '86095742719', '47036892816', '65929970489'], invalid: ['36574261890', '36554266806'] }],
  [west.isRvnr, { valid: ['15070649C103'], invalid: ['15070649C104'], noticed: 0.9 }],
  [west.isSvnr, { valid: ['1237010180'], invalid: ['2237010180'], noticed: 0.9 }],
  [west.isAhv, { valid: ['7569217076985'], invalid: ['7569217076984', '1234567891019'] }],
  [south.isDni, { valid: ['54362315K', 'X5253868R', '12345678Z'], invalid: ['54362315Z', 'X2482300A'] }],
  [south.isCif, { valid: ['J99216582', 'A13585625'], invalid: ['J99216583'] }],
  [south.isNuss, { valid: ['281234567840'], invalid: ['281234567841'], noticed: 0.97 }],
  [south.isPortugueseNif, { valid: ['501964843'], invalid: ['501964842'], noticed: 0.9 }],
  [south.isCodiceFiscale, { valid: ['RCCMNL83S18D969H', 'BNZVCN32S10E573Z', 'RSSMRA85T10A562S'], invalid: ['RCCMNL83S18D967H', 'BNZVCN32S10E573A'] }],
  [south.isAmka, { valid: ['01013099997'], invalid: ['01013099999', '01313099997'] }],
  [south.isAfm, { valid: ['094259216', '123456783'], invalid: ['123456781'], noticed: 0.9 }],
  [south.isOib, { valid: ['33392005961'], invalid: ['33392005962'] }],
  [south.isJmbg, { valid: ['0101006500006'], invalid: ['0101006500007'], noticed: 0.9 }],
  [south.isTckn, { valid: ['17291716060'], invalid: ['17291716050', '07291716092'] }],
  [south.isTeudatZehut, { valid: ['039337423', '39337423'], invalid: ['039337422'] }],
  [north.isPersonnummer, { valid: ['8803200016', '198112189876', '8112189876'], invalid: ['8803200018'], noticed: 0.99 }],
  [north.isFodselsnummer, { valid: ['15108695088'], invalid: ['15108695077'] }],
  [north.isCpr, { valid: ['2110625629'], invalid: ['2113625629'], noticed: 0 }],
  [north.isCheckedCpr, { valid: ['2110625629'], invalid: ['2110625628'] }],
  [north.isHetu, { valid: ['131052-308T', '131052A308T', '010594Y9021'], invalid: ['131052-308U', '310252-308Y'] }],
  [north.isKennitala, { valid: ['4504013150', '1201743399'], invalid: ['5305750299', '3201743399'], noticed: 0.9 }],
  [north.isIsikukood, { valid: ['37605030299', '33309240064'], invalid: ['37605030298'], noticed: 0.9 }],
  [north.isPersonasKods, { valid: ['16117519997', '32867300679'], invalid: ['16117519998'], noticed: 0 }],
  [east.isPesel, { valid: ['44051401359', '02070803628'], invalid: ['44051401358'] }],
  [east.isNip, { valid: ['8567346215'], invalid: ['8567346216'] }],
  [east.isRodneCislo, { valid: ['7103192745', '491231123'], invalid: ['7103192746', '1103492745'], noticed: 0 }],
  [east.isTaj, { valid: ['123456788'], invalid: ['123456789'] }],
  [east.isAdoazonosito, { valid: ['8071592153'], invalid: ['8071592152'], noticed: 0.9 }],
  [east.isCnp, { valid: ['1630615123457'], invalid: ['1630615123458', '0800101221142'], noticed: 0.9 }],
  [east.isEgn, { valid: ['7523169263', '8032056031', '7542011030'], invalid: ['7552010004', '8019010008'], noticed: 0.9 }],
  [east.isSnils, { valid: ['11223344595'], invalid: ['11223344596'], noticed: 0.9 }],
  [east.isInn, { valid: ['1234567894', '123456789047'], invalid: ['1234567895', '123456789037'], noticed: 0.9 }],
  [east.isRnokpp, { valid: ['1759013776'], invalid: ['1759013770'], noticed: 0.9 }],
  [asia.isAadhaar, { valid: ['234123412346'], invalid: ['643343121', '123412341234', '222222222222'] }],
  [asia.isIndianPan, { valid: ['ACUPA7085R', 'ABCPE1234F'], invalid: ['ACUZA7085R', '234123412347'], noticed: 0 }],
  [asia.isResidentId, { valid: ['11010519491231002X', '440524188001010014', '360426199101010071'], invalid: ['360426199113010079', '110105194912310021'] }],
  [asia.isTaiwaneseId, { valid: ['A123456789', 'F131104093'], invalid: ['A123456788'], noticed: 0.9 }],
  [asia.isHkid, { valid: ['A1234563', 'AB9876543'], invalid: ['A1234564'] }],
  [asia.isCheckedRrn, { valid: ['9710139019902'], invalid: ['9710139019903', '9713139019902'] }],
  [asia.isMyNumber, { valid: ['123456789018', '621498320257'], invalid: ['123456789017', '111111111111'], noticed: 0.9 }],
  [asia.isNric, { valid: ['S1234567D', 'S0000001I', 'T0000001E', 'G1234567X'], invalid: ['S1234567A'] }],
  [asia.isMyKad, { valid: ['770305021234'], invalid: ['771305021234'], noticed: 0 }],
  [asia.isThaiId, { valid: ['1234545678781'], invalid: ['1234545678782'], noticed: 0.8 }],
  [asia.isNik, { valid: ['3171011708450001'], invalid: ['3171017208450001'], noticed: 0 }],
  [asia.isEmiratesId, { valid: ['784198412345674'], invalid: ['784198412345675'] }],
  [pacific.isTfn, { valid: ['123456782', '876543210'], invalid: ['999999999'] }],
  [pacific.isMedicare, { valid: ['2123456701'], invalid: ['2123456711'], noticed: 0.5 }],
  [pacific.isAbn, { valid: ['51824753556', '83914571673'], invalid: ['99999999999'] }],
  [pacific.isIrd, { valid: ['049091850', '49091850', '136410132'], invalid: ['136410133', '9125568'], noticed: 0.95 }],
  [pacific.isSouthAfricanId, { valid: ['8001015009087', '7503305044089'], invalid: ['8503305044089'] }],
]

describe.each(published)('%o', (valid, { valid: good, invalid, noticed = 1 }) => {
  test.each(good)('accepts %s', (text) => { expect(valid(text)).toBe(true) })
  test.each(invalid)('refuses %s', (text) => { expect(valid(text)).toBe(false) })
  test('notices a wrong digit as often as its checksum can', () => {
    const changed = good.flatMap(mutants)
    const missed = changed.filter(valid)
    expect(1 - missed.length / changed.length, missed.join(' ')).toBeGreaterThanOrEqual(noticed)
  })
})

/** Every text that differs in one digit. */
function mutants(text: string): string[] {
  return text.split('').flatMap((character, i) => (/[0-9]/.test(character) ? '0123456789'.split('').filter((digit) => digit !== character).map((digit) => text.slice(0, i) + digit + text.slice(i + 1)) : []))
}

const all: readonly Validator[] = [northAmerica, southAmerica, west, south, north, east, asia, pacific].flatMap((region) => Object.values(region) as Validator[])

test('every validator takes any text without throwing, and most texts are nothing', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    expect(all.filter((valid) => valid(text)).length).toBeLessThan(all.length / 2)
  }))
})
