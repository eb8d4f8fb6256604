// Tells what somebody wrote from what a generator drew: by the letter pairs of words and identifiers, the lengths of the
// runs that make up the text, and the distribution of its characters. No dictionary, no randomness, no state.

/**
 * How usual a letter is after another one, row by first letter: 5 is chance, 9 is usual, 0 is hardly ever. Taken from the words
 * and identifiers of source code and documentation (English mostly, a dozen other languages among them).
 */
const pairs = (
  '25661350503757050767432230 74537300740821630663700050 72437247506632830557420020 63369331720523630663531230 52674431201557243876242520 ' +
  '63456721800633740655501040 53528245700536740664521021 80248200701342720636501030 43655550001568740467040304 71228322504023730294704000 ' +
  '63339343702525541475422030 72258220802722720255520060 85338010702352670254500020 62667471604324620278441020 34652440403668560756645100 ' +
  '71437224502621750856511020 31343213400602132544900001 72448340704344730566431040 51628235703433551368513050 71428316800432640765402250 ' +
  '55546540601668250777110200 82339421700333530333112000 83237236700326730763103200 64647623600333481238121430 53425221502567580486103023 ' +
  '73229112700423620130103035'
).split(' ').map((row) => Uint8Array.from(row, Number))

/** Drawn letters average 3.3, words 6.4; one word of a hundred is below 4.3, one drawn text of sixteen letters above 5. */
const drawnPairs = 4.6

/** `AbCd12` has runs of one and two, `maxRetryCount` of three to five: what is drawn from an alphabet hardly ever has a mean above this. */
const drawnRun = 2.6

export type Look =
  /** Words, an identifier, a path, a number, a date, or too little to say. */
  | 'written'
  /** Hexadecimal digits, as hashes and many keys are. */
  | 'hex'
  | 'uuid'
  /** Drawn from a larger alphabet. */
  | 'drawn'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const hex = /^[0-9a-f]{16,}$/i

/** What a text of at least `minLength` characters looks like. Shorter ones are `written`. */
export function lookOf(text: string, minLength = 16): Look {
  if (text.length < minLength || text.length > 4096) return 'written'
  if (uuid.test(text)) return 'uuid'
  const shape = shapeOf(text)
  if (hex.test(text)) return shape.digits > 1 && shape.letters > 1 && entropyOf(text) > 2.5 ? 'hex' : 'written'
  return isDrawn(text, shape) ? 'drawn' : 'written'
}

interface Shape { readonly letters: number; readonly digits: number; readonly others: number; readonly runs: number; readonly cases: number; readonly digitRuns: number; readonly pairMean: number; readonly pairCount: number }

function isDrawn(text: string, { letters, digits, others, runs, cases, digitRuns, pairMean, pairCount }: Shape): boolean {
  if (letters < 4 || others * 4 > text.length || entropyOf(text) < Math.min(3.2, Math.log2(text.length) * 0.75)) return false
  const mixed = digits > 0 || (cases > 1 && letters >= 20)
  if (!mixed) return letters >= 24 && pairMean < drawnPairs - 0.6
  const mean = letters / runs
  if (mean < drawnRun && runs >= 4 && digitRuns + cases > 2) return pairCount < 6 || pairMean < 6.2 || mean < 1.9
  if (pairCount >= 6 && pairMean < drawnPairs) return digitRuns > 1 || letters > 10
  return mean < 4 && digitRuns >= 3 && pairMean < drawnPairs + 0.8
}

const lower = 1
const upper = 2
const digit = 3

function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return lower
  if (code >= 65 && code <= 90) return upper
  return code >= 48 && code <= 57 ? digit : 0
}

/** One look at each character. A run ends where its kind changes, but a capital begins the run of the small letters after it. */
function shapeOf(text: string): Shape {
  let letters = 0, digits = 0, others = 0, runs = 0, digitRuns = 0, seen = 0, sum = 0, pairCount = 0
  let before = 0, letterBefore = -1, runLength = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    const kind = kindOf(code)
    if (kind === lower || kind === upper) {
      letters += 1
      seen |= kind
      const letter = (code | 32) - 97
      if (letterBefore >= 0) { sum += pairs[letterBefore]![letter]!; pairCount += 1 }
      letterBefore = letter
      if (kind !== before && !(kind === lower && before === upper && runLength === 1)) { runs += 1; runLength = 0 }
      runLength += 1
    } else {
      letterBefore = -1
      if (kind === digit) { digits += 1; if (before !== digit) digitRuns += 1 } else others += 1
    }
    before = kind
  }
  return { letters, digits, others, runs, digitRuns, cases: seen === 3 ? 2 : 1, pairMean: pairCount === 0 ? 0 : sum / pairCount, pairCount }
}

/** Bits per character (Shannon), over the text's own characters. */
export function entropyOf(text: string): number {
  counts.fill(0)
  for (let i = 0; i < text.length; i += 1) counts[text.charCodeAt(i) & 127]! += 1
  let bits = 0
  for (const count of counts) if (count > 0) bits -= count / text.length * Math.log2(count / text.length)
  return bits
}

const counts = new Uint16Array(128)

/** Letters and digits of one word or identifier that read as if a person had chosen them: `newPassword`, `user_token`. */
export function readsAsWords(text: string): boolean {
  const { digits, digitRuns, pairMean, pairCount, runs, letters } = shapeOf(text)
  return digitRuns <= 1 && digits <= 3 && (pairCount === 0 || pairMean >= drawnPairs) && letters / Math.max(1, runs) >= 2
}
