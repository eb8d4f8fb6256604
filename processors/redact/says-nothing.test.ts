import { expect, test } from 'vitest'
import { toValue } from '../value.ts'
import { saysNothing } from './says-nothing.ts'

test.each(['string', 'Password', '^9.0.2', '4.0.1', '1.24.3-rc.1', '${DB_PASSWORD}', '{{ secret }}', '<your token>', '********', 'xxxx', '%TOKEN%', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-a1B2c3', 'projects/shop/secrets/db/versions/3'])('%s tells nothing', (value) => {
  expect(saysNothing(value)).toBe(true)
})

test.each(['hunter2', 'admin', 'strings', '1.2', '${A}${B}x', '<a><b>', 'x1', 'passwords!'])('%s may be a secret', (value) => {
  expect(saysNothing(value)).toBe(false)
})

test('a schema tells nothing, a value with a type of its own may', () => {
  expect(saysNothing(toValue({ type: 'string', minLength: 12, nullable: true }))).toBe(true)
  expect(saysNothing(toValue({ type: 'string', example: 'correct horse battery staple' }))).toBe(false)
  expect(saysNothing(toValue({ type: 'basic', user: 'app', pass: 'hunter2' }))).toBe(false)
  expect(saysNothing(toValue([1, 2]))).toBe(false)
  expect(saysNothing(12)).toBe(false)
})
