import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxFieldLength, parseByteSequences, parseInnerLists, serializeBytes, serializeInnerList, trimmed } from './structured.ts'

test('an inner list with its parameters is read and written back in the one canonical form', () => {
  const text = 'sig1=("@method" "@query-param";name="a \\"b\\\\" "x-y");created=1618884473;keyid="k";flag;off=?0;alg=rsa:v1;b=:AQID:'
  const { sig1 } = Object.fromEntries(parseInnerLists(text)!)
  expect(`sig1=${serializeInnerList(sig1!)}`).toBe(text)
  const spaced = parseInnerLists('  a=(  "x"   "y" ); created=1;  keyid="k"\t,  b=()  ')!
  expect([...spaced].map(([label, list]) => `${label}=${serializeInnerList(list)}`)).toEqual(['a=("x" "y");created=1;keyid="k"', 'b=()'])
  expect(parseInnerLists('a=("x");flag=?1')!.get('a')!.parameters.get('flag')).toBe(true)
})

test.each([
  '', ' ', 'a', 'a=', 'A=()', 'a=()b', 'a=(),', ',a=()', 'a=() b=()', 'a=(), a=()', 'a=(', 'a=)', 'a=("x""y")', 'a=("x', 'a=("\\x")', 'a=("é")', 'a=("\n")',
  'a=();', 'a=();=1', 'a=();created=', 'a=();created=1.5', 'a=();created=1234567890123456', 'a=();created=1;created=1', 'a=();K=1', 'a=();k=@1', 'a=();k=%"x"', 'a="x"', 'a=\t("x")', 'a=("x"\t"y")', 'a=();k=:AQI:', 'a=();k=?2', 'a=(("x"))',
])('%j is refused', (text) => {
  expect(parseInnerLists(text)).toBeUndefined()
})

test('byte sequences are read when their base64 is the canonical one', () => {
  expect([...parseByteSequences('a=:AQID:, b=:AQ==:')!]).toEqual([['a', Buffer.from([1, 2, 3])], ['b', Buffer.from([1])]])
  for (const bad of ['a=:AQ=:', 'a=:AR==:', 'a=:A:', 'a=:AQ==', 'a=AQ==', 'a=:AQ==:;p=1', 'a=::', 'a=:AQ==: ,a=:AQ==:', 'a=:A Q==:', 'a=:-_==:']) expect(parseByteSequences(bad), bad).toBeUndefined()
})

test('any text gives a result and no error, and what is read is read alike when written', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ab=()"; ,:?01\\*-_.x\t'.split('')), maxLength: 40 }), (text) => {
    for (const [label, list] of parseInnerLists(text) ?? []) {
      const written = `${label}=${serializeInnerList(list)}`
      expect(serializeInnerList(parseInnerLists(written)!.get(label)!)).toBe(serializeInnerList(list))
    }
    for (const [label, bytes] of parseByteSequences(text) ?? []) expect(parseByteSequences(`${label}=${serializeBytes(bytes)}`)!.get(label)).toEqual(bytes)
  }), { numRuns: 2000 })
})

test('blanks go from around a field in linear time', () => {
  expect(trimmed(' \t a \t b\t ')).toBe('a \t b')
  expect(trimmed(' \t')).toBe('')
  const blanks = ' '.repeat(1_000_000) // in squared time this would not end within the test
  expect(trimmed(`a${blanks}b${blanks}`)).toHaveLength(1_000_002)
})

test('a field that is too long is refused without being read', () => {
  expect(parseInnerLists(`a=(${'"x" '.repeat(maxFieldLength / 4)})`)).toBeUndefined()
})
