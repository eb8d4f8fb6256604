import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../../test/support/certificates.ts'
import { alternativeNames, clientNameProblem, createClientNames, isClientAllowed } from './client-names.ts'

const withNames = (...names: string[]): X509Certificate => new X509Certificate(makeCertificate({ name: 'client', names }).certificate)
const isAllowed = (certificate: X509Certificate | undefined, ...allowed: string[]): boolean => isClientAllowed(certificate, createClientNames(allowed))

describe('a certificate is let in by one of its names, exactly', () => {
  const certificate = withNames('DNS:billing.example.com', 'URI:spiffe://example.com/Billing', 'email:ops@example.com', 'IP:10.0.0.7')

  test.each(['DNS:billing.example.com', 'DNS:BILLING.Example.com', 'URI:spiffe://example.com/Billing', 'email:ops@example.com', 'IP:10.0.0.7', 'IP:::ffff:10.0.0.7'])('%s', (name) => {
    expect(isAllowed(certificate, 'DNS:other.example.com', name)).toBe(true)
  })

  test.each(['DNS:example.com', 'DNS:a.billing.example.com', 'DNS:ops@example.com', 'URI:spiffe://example.com/billing', 'URI:spiffe://example.com/', 'email:OPS@example.com', 'IP:10.0.0.70', 'DNS:client'])('and not by %s', (name) => {
    expect(isAllowed(certificate, name)).toBe(false)
  })
})

test('a name with the words of another in it is one name', () => {
  const forged = withNames('URI:https://evil.example/?a, DNS:billing.example.com', 'DNS:evil.example", DNS:billing.example.com', 'email:x@evil.example, URI:spiffe://example.com/a')
  expect(isAllowed(forged, 'DNS:billing.example.com', 'URI:spiffe://example.com/a')).toBe(false)
  expect(isAllowed(forged, 'URI:https://evil.example/?a, DNS:billing.example.com')).toBe(true)
  expect(alternativeNames(forged.subjectAltName)).toHaveLength(3)
})

test('a wildcard in a certificate is no name of anybody', () => {
  expect(isAllowed(withNames('DNS:*.example.com'), 'DNS:billing.example.com')).toBe(false)
})

test('without names, and without a certificate, nobody is let in', () => {
  expect(isAllowed(withNames(), 'DNS:client')).toBe(false)
  expect(isAllowed(undefined, 'DNS:client')).toBe(false)
  expect(isAllowed(withNames('DNS:a'))).toBe(false)
})

test('types that are not in question are passed over', () => {
  expect(alternativeNames('Registered ID:1.2.3.4, othername:<unsupported>, DirName:"CN = a, O = b", DNS:a')).toEqual(['DNS:a'])
})

test.each(['billing.example.com', 'DNS:', 'dns:a', 'DNS:*.example.com', 'IP:10.0.0', 'CN:client', '', ':a'])('%j is no entry of the list', (name) => { expect(clientNameProblem(name)).toBeTypeOf('string') })
test.each(['DNS:a', 'URI:spiffe://a/b', 'email:a@b', 'IP:::1'])('%j is one', (name) => { expect(clientNameProblem(name)).toBeUndefined() })
