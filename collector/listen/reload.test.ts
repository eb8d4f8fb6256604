import { chmod, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from '../../test/support/certificates.ts'
import { directoryForTest } from '../../test/support/directory.ts'
import { loadCertificate } from './certificate.ts'
import { certificateProblem, startReloading } from './reload.ts'
import type { MadeCertificate } from '../../test/support/certificates.ts'
import type { CertificateFiles } from './certificate.ts'
import type { Reloading } from './reload.ts'

const dayMs = 86_400_000
let directory: string
let files: CertificateFiles
const first = makeCertificate({ name: 'first' })
const second = makeCertificate({ name: 'second' })

beforeEach(async () => {
  directory = await directoryForTest()
  files = { certificateFile: join(directory, 'tls.crt'), keyFile: join(directory, 'tls.key') }
  await put(first)
})

async function put({ certificate, key }: Pick<MadeCertificate, 'certificate' | 'key'>): Promise<void> {
  await replace(files.certificateFile, certificate)
  await replace(files.keyFile, key)
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

interface Watched extends Reloading { readonly used: string[]; readonly problems: string[] }

async function watch(changes: Partial<{ files: CertificateFiles; everyMs: number }> = {}): Promise<Watched> {
  const used: string[] = []
  const problems: string[] = []
  const reloading = await startReloading({
    files, everyMs: 3_600_000, nowMs: Date.now, ...changes,
    use: ({ cert }) => { used.push(String(cert)) }, onReloaded: () => {}, onFailed: (problem) => { problems.push(problem) },
  })
  onTestFinished(() => reloading.stop())
  return { get certificate() { return reloading.certificate }, reload: () => reloading.reload(), stop: () => reloading.stop(), used, problems }
}

describe('a new pair', () => {
  test('is used as soon as both of its files are there, and once', async () => {
    const watched = await watch()
    expect(await watched.reload()).toBe(false)
    await put(second)
    expect(await watched.reload()).toBe(true)
    expect(await watched.reload()).toBe(false)
    expect({ used: watched.used, problems: watched.problems }).toEqual({ used: [second.certificate], problems: [] })
  })

  test('that comes one file after the other is a broken pair in between: said once, and mended by the second file', async () => {
    const watched = await watch()
    await replace(files.certificateFile, second.certificate)
    expect([await watched.reload(), await watched.reload()]).toEqual([false, false])
    expect(watched.problems).toEqual([`${files.keyFile} is not the key of ${files.certificateFile}`])
    await replace(files.keyFile, second.key)
    expect(await watched.reload()).toBe(true)
    expect(watched.used).toEqual([second.certificate])
  })

  test('is found by itself, by a link that leads elsewhere too', async () => {
    await symlink(directory, `${directory}-link`)
    onTestFinished(() => rm(`${directory}-link`))
    const linked = { certificateFile: join(`${directory}-link`, 'tls.crt'), keyFile: join(`${directory}-link`, 'tls.key') }
    const watched = await watch({ files: linked, everyMs: 5 })
    const other = await directoryForTest()
    await writeFile(join(other, 'tls.crt'), second.certificate)
    await writeFile(join(other, 'tls.key'), second.key)
    await symlink(other, `${directory}-new`)
    await rename(`${directory}-new`, `${directory}-link`)
    await expect.poll(() => watched.used, { timeout: 10_000 }).toEqual([second.certificate])
  })

  test.each([
    ['has expired', { validFrom: new Date(Date.now() - 2 * dayMs), validTo: new Date(Date.now() - dayMs) }],
    ['is not valid yet', { validFrom: new Date(Date.now() + dayMs), validTo: new Date(Date.now() + 2 * dayMs) }],
  ])('that %s leaves the old one', async (problem, times) => {
    const watched = await watch()
    await put(makeCertificate({ name: 'other', ...times }))
    expect(await watched.reload()).toBe(false)
    expect({ problems: watched.problems, used: watched.used }).toEqual({ problems: [`the new certificate ${problem}`], used: [] })
  })

  test.each([
    ['is not there', undefined, 'cannot be read (ENOENT)'],
    ['is empty', '', 'holds no certificate in PEM'],
    ['was written half', first.certificate.slice(0, 200), 'holds no certificate in PEM'],
  ])('whose certificate %s leaves the old one', async (_, text, problem) => {
    const watched = await watch()
    if (text === undefined) await rm(files.certificateFile)
    else await replace(files.certificateFile, text)
    expect(await watched.reload()).toBe(false)
    expect(watched.problems).toEqual([`${files.certificateFile} ${problem}`])
    await put(second)
    expect(await watched.reload()).toBe(true)
  })
})

test('looks that come together are one after the other, and the newest pair wins', async () => {
  const watched = await watch()
  await put(second)
  const looks = [watched.reload(), watched.reload()]
  expect(await Promise.all(looks)).toEqual([true, false])
})

test('at the start the pair must fit, and what is wrong is said without what is in the files', async () => {
  await replace(files.keyFile, second.key)
  await expect(watch()).rejects.toThrow(`${files.keyFile} is not the key of ${files.certificateFile}`)
  await replace(files.keyFile, first.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string)
  const error = await watch().catch((thrown: Error) => thrown.message)
  expect(error).toMatch(/tls.key holds no private key in PEM, or an encrypted one/)
  expect(error).not.toContain((await readFile(files.keyFile, 'utf8')).split('\n')[1])
})

test('a key that every user can read is noticed', async () => {
  expect((await loadCertificate(files)).keyIsExposed).toBe(false)
  await chmod(files.keyFile, 0o644)
  expect((await loadCertificate(files)).keyIsExposed).toBe(true)
})

test('a certificate is good from its first moment to the one before its last', async () => {
  const certificate = await loadCertificate(files)
  const { validFromMs, validToMs } = certificate
  expect([validFromMs - 1, validFromMs, validToMs - 1, validToMs].map((nowMs) => certificateProblem(certificate, nowMs))).toEqual(['is not valid yet', undefined, undefined, 'has expired'])
})
