// Personal data. Rules that name what they find come before those that only see its form.

import { addressRules } from './address.ts'
import { asianRules } from './asia.ts'
import { cardRules } from './card.ts'
import { documentRules } from './documents.ts'
import { easternEuropeanRules } from './eastern-europe.ts'
import { emailRules } from './email.ts'
import { ibanRules } from './iban.ts'
import { northAmericanRules } from './north-america.ts'
import { northernEuropeanRules } from './northern-europe.ts'
import { pacificAndAfricanRules } from './pacific-africa.ts'
import { phoneRules } from './phone.ts'
import { southAmericanRules } from './south-america.ts'
import { southernEuropeanRules } from './southern-europe.ts'
import { standaloneRules } from './standalone.ts'
import { westernEuropeanRules } from './western-europe.ts'
import type { Rule } from '../../rule.ts'

export const personalRules: readonly Rule[] = [
  ...emailRules, ...ibanRules, ...cardRules,
  ...northAmericanRules, ...southAmericanRules, ...westernEuropeanRules, ...southernEuropeanRules, ...northernEuropeanRules, ...easternEuropeanRules,
  ...asianRules, ...pacificAndAfricanRules,
  ...standaloneRules, ...documentRules, ...phoneRules, ...addressRules,
]
