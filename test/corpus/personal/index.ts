// The corpus of personal data: each kind in each of its written forms, in many surroundings, from one seed.

import { createRandom } from '../../support/random.ts'
import { named, unnamed } from './carriers.ts'
import { nationals } from './nationals.ts'
import { card, complete, email, grouped, iban, phone, pick } from './values.ts'
import type { Random } from '../../support/random.ts'
import type { Carrier } from './carriers.ts'
import type { National } from './nationals.ts'

export { nearMisses } from './near-misses.ts'

export interface Sample {
  readonly kind: string
  readonly text: string
  /** What must not be in the text any more. */
  readonly value: string
}

const perCarrier = 4

/** The same each time. */
export function personalCorpus(): Sample[] {
  const random = createRandom(7)
  const everywhere = [...named, ...unnamed]
  return [
    ...samples('email', ['e-mail', 'email', 'E-Mail-Adresse', 'contact'], email, everywhere, random),
    ...samples('card', ['card number', 'credit card', 'Kreditkarte', 'carte bancaire', 'pan'], card, everywhere, random),
    ...samples('iban', ['IBAN', 'account', 'Konto', 'iban'], iban, everywhere, random),
    ...samples('phone', ['phone', 'Telefon', 'mobile', 't\u00e9l\u00e9phone'], phone, everywhere, random),
    ...nationals.flatMap((national) => nationalSamples(national, random)),
  ]
}

function samples(kind: string, labels: readonly string[], make: (random: Random) => string, carriers: readonly Carrier[], random: Random): Sample[] {
  return carriers.flatMap((carrier) => Array.from({ length: perCarrier }, () => {
    const value = make(random)
    return { kind, text: carrier(pick(random, labels), value), value }
  }))
}

function nationalSamples(national: National, random: Random): Sample[] {
  const { kind, labels, alone, written } = national
  const make = (): string => {
    const number = complete(random, national.form, national.places, national.valid)
    const [lengths, separator] = pick(random, written)
    return lengths.length === 0 ? number : grouped(number, lengths, separator)
  }
  const own = samples(kind, labels, make, named, random)
  const printed = written[1]
  if (alone !== true || printed === undefined) return own
  return [...own, ...samples(kind, labels, () => grouped(complete(random, national.form, national.places, national.valid), ...printed), unnamed, random)]
}
