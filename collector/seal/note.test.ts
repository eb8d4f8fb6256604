import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { createSigner, parseVkey } from './key.ts'
import { MAX_NOTE_BYTES, openNote, signNote } from './note.ts'
import { greekCheckpoint, greekRootOf3, origin, seed, vkey } from './testing/vectors.ts'
import { emptyRoot } from './tree.ts'

const signer = createSigner(origin, seed)
const other = createSigner('witness.example.com/w1', Buffer.alloc(32, 9))
const verifier = parseVkey(vkey)
const bytes = (text: string): Buffer => Buffer.from(text)

describe('keys', () => {
  it('have the key id and vkey of the published vector', () => {
    expect(signer.vkey).toBe(vkey)
    expect(verifier.keyId).toBe(0x175a851d)
  })

  it.each([
    'x', 'a+b', 'a+175a851d+', vkey.replace('175a851d', '175a851e'), vkey.replace('prod', 'test'), vkey.replace('175a', '175A'),
    `${vkey}\n`, vkey.slice(0, -4), vkey.replace('+AQ', '+Ag'), `+${vkey}`, vkey.replace('audit', 'au dit'), vkey.slice(0, -1),
  ])('are refused as the vkey %j', (wrong) => {
    expect(() => parseVkey(wrong)).toThrow(expect.objectContaining({ code: 'key_malformed' }))
  })

  it('refuse names that cannot stand in a note, and seeds of another length', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', 'a\u2028b', '\ud800']) {
      expect(() => createSigner(name, seed)).toThrow(expect.objectContaining({ code: 'key_malformed' }))
    }
    expect(() => createSigner(origin, seed.subarray(1))).toThrow('32 bytes')
  })
})

describe('signed notes', () => {
  it('open the example of the specification', () => {
    const note = 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
    const opened = openNote(bytes(note), [parseVkey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')])
    expect(opened).toEqual({ text: 'This is an example message.\n', signedBy: ['example.com/foo'] })
  })

  it('give back any text that they were signed over, blank lines and signature-like lines included', () => {
    const line = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '— a AAAA', greekRootOf3))
    fc.assert(fc.property(fc.array(line.map((text) => text.replaceAll(/[^\u{20}-\u{10ffff}]/gu, '')), { minLength: 1 }), (lines) => {
      const text = `${lines.join('\n')}\n`
      expect(openNote(bytes(signNote(text, [other, signer])), [verifier])).toEqual({ text, signedBy: [origin] })
    }))
  })

  it('do not open with any bit flipped', () => {
    const note = bytes(greekCheckpoint)
    fc.assert(fc.property(fc.nat({ max: note.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
      const damaged = Uint8Array.from(note, (byte, i) => (i === at ? byte ^ (1 << bit) : byte))
      expect(() => openNote(damaged, [verifier])).toThrow()
    }), { numRuns: 2000 })
  })

  it('throw nothing but typed errors for any bytes', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.string().map(bytes), fc.string().map((text) => bytes(`${text}\n\n— ${text}\n`))), (hostile) => {
      expect(() => openNote(hostile, [verifier])).toThrow(expect.objectContaining({ name: 'SealError' }))
    }))
  })

  it('ignore signatures of unknown keys', () => {
    const note = signNote('text\n', [other, signer])
    expect(openNote(bytes(note), [verifier]).signedBy).toEqual([origin])
    expect(openNote(bytes(note), [parseVkey(other.vkey), verifier]).signedBy).toEqual([other.name, origin])
    const sameName = createSigner(origin, Buffer.alloc(32, 1))
    expect(openNote(bytes(signNote('text\n', [sameName, signer])), [verifier]).signedBy).toEqual([origin])
  })

  it('are rejected whole when the signature of a known key fails', () => {
    const [line = ''] = signNote('another text\n', [other]).split('\n\n').slice(1)
    const note = bytes(signNote('text\n', [signer]) + line)
    expect(openNote(note, [verifier]).text).toBe('text\n')
    expect(() => openNote(note, [verifier, parseVkey(other.vkey)])).toThrow(expect.objectContaining({ code: 'note_signature_invalid' }))
  })

  it('are rejected when no trusted key signed them', () => {
    expect(() => openNote(bytes(signNote('text\n', [other])), [verifier])).toThrow(expect.objectContaining({ code: 'note_unverified' }))
    expect(() => openNote(bytes(greekCheckpoint), [])).toThrow(expect.objectContaining({ code: 'note_unverified' }))
  })

  it('take 16 signatures and no more', () => {
    const crowd = Array.from({ length: 15 }, (_, i) => createSigner(`w${i}`, Buffer.alloc(32, i)))
    const sixteen = signNote('text\n', [...crowd, signer])
    expect(openNote(bytes(sixteen), [verifier]).text).toBe('text\n')
    const seventeen = sixteen + sixteen.split('\n\n')[1]?.split('\n')[0] + '\n'
    expect(() => openNote(bytes(seventeen), [verifier])).toThrow(expect.objectContaining({ code: 'note_malformed' }))
  })

  it.each([
    ['nothing', ''], ['no signature', 'text\n'], ['no blank line', 'text\n— a AAAAAAA=\n'], ['no final newline', greekCheckpoint.slice(0, -1)],
    ['a blank line at the end', `${greekCheckpoint}\n`], ['carriage returns', greekCheckpoint.replaceAll('\n', '\r\n')],
    ['a hyphen for the dash', greekCheckpoint.replace('—', '-')], ['two spaces', greekCheckpoint.replace('— ', '—  ')],
    ['padding left out', greekCheckpoint.replace('=\n', '\n')], ['a control character', greekCheckpoint.replace('3', '\u0001')],
    ['too much', `${'a'.repeat(MAX_NOTE_BYTES)}\n${greekCheckpoint}`],
  ])('are malformed with %s', (_, note) => {
    expect(() => openNote(bytes(note), [verifier])).toThrow(expect.objectContaining({ code: expect.stringMatching(/^note_/) }))
  })

  it('are malformed when they are not UTF-8', () => {
    const note = bytes(greekCheckpoint)
    note[3] = 0xff
    expect(() => openNote(note, [verifier])).toThrow('not UTF-8')
  })

  it('refuse to be made of a text that no reader would accept', () => {
    for (const text of ['', 'no newline', 'tab\t\n', '\ud800\n']) expect(() => signNote(text, [signer])).toThrow('BUG: not the text of a note')
  })
})

describe('checkpoints', () => {
  const root = Buffer.from(greekRootOf3, 'base64')

  it('are signed to the byte as the published vector is', () => {
    expect(signNote(formatCheckpoint({ origin, size: 3, root }), [signer])).toBe(greekCheckpoint)
    expect(openCheckpoint(bytes(greekCheckpoint), verifier)).toEqual({ origin, size: 3, root })
  })

  it('of another origin are refused even when our key signed them', () => {
    const note = bytes(signNote(formatCheckpoint({ origin: 'other.example', size: 3, root }), [signer]))
    expect(() => openCheckpoint(note, verifier)).toThrow(expect.objectContaining({ code: 'checkpoint_foreign' }))
    expect(openCheckpoint(note, verifier, 'other.example').size).toBe(3)
  })

  it('of other logs may have extension lines', () => {
    expect(parseCheckpoint(`a\n0\n${emptyRoot && Buffer.from(emptyRoot).toString('base64')}\nextension\n`).size).toBe(0)
  })

  it.each(['03', '-1', '+1', '1.0', '1e3', ' 1', '', '9007199254740992', '99999999999999999999', '0x1'])('have no size %j', (size) => {
    expect(() => parseCheckpoint(`a\n${size}\n${greekRootOf3}\n`)).toThrow(expect.objectContaining({ code: 'checkpoint_malformed' }))
  })

  it.each(['a\n1\n', `a\n1\n${greekRootOf3}`, `\n1\n${greekRootOf3}\n`, `a\n1\n${greekRootOf3}\n\n`, 'a\n1\nAAAA\n', `a\n1\n${greekRootOf3.replace('=', '')}\n`, `a\n1\n${greekRootOf3.replace('Qqo=', 'Qqp=')}\n`])(
    'are malformed as %j', (text) => {
      expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'checkpoint_malformed' }))
    })

  it('are never written with an origin of two lines', () => {
    expect(() => formatCheckpoint({ origin: 'a\nb', size: 1, root })).toThrow(expect.objectContaining({ code: 'checkpoint_malformed' }))
  })
})
