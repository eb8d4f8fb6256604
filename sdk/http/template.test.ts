import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pathTemplate } from './template.ts'

test.each([
  ['/v1/customers/cus_9s6XKzkNRiz8i3/cards', '/v1/customers/:id/cards'],
  ['/v1/payment_intents/pi_3MtwBwLkdIwHu7ix28a3tqPa/confirm', '/v1/payment_intents/:id/confirm'],
  ['/repos/octocat/hello-world/issues/1347', '/repos/octocat/hello-world/issues/:id'],
  ['/crm/v3/objects/contacts/51', '/crm/v3/objects/contacts/:id'],
  ['/admin/api/2026-01/orders.json', '/admin/api/2026-01/orders.json'],
  ['/admin/api/2026-01/orders/450789469.json', '/admin/api/2026-01/orders/:id'],
  ['/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX', '/services/:id/:id/:id'],
  ['/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage', '/:id/sendMessage'],
  ['/users/ada@example.com', '/users/:id'],
  ['/users/ada%40example.com/roles', '/users/:id/roles'],
  ['/files/6fa459ea-ee8a-3ca4-894e-db77e160355e', '/files/:id'],
  ['/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json', '/:id/Accounts/:id/Messages.json'],
  ['/oauth2/token', '/oauth2/token'],
  ['/v2.1/things', '/v2.1/things'],
  ['/chat.postMessage', '/chat.postMessage'],
  ['/', '/'],
  ['/a//b/', '/a//b/'],
])('%s is %s', (path, template) => { expect(pathTemplate(path)).toBe(template) })

test('a path of any depth has a template of bounded length', () => {
  expect(pathTemplate('/a'.repeat(10_000)).length).toBeLessThan(100)
})

test('what is random never stays', () => {
  const random = fc.oneof(fc.uuid(), fc.stringMatching(/^[0-9a-f]{32}$/), fc.stringMatching(/^[A-Za-z0-9_-]{43}$/).filter((token) => /\d/.test(token) && /[a-z]/.test(token) && /[A-Z]/.test(token)), fc.nat().map(String))
  fc.assert(fc.property(random.filter((token) => /\d{3}|\d[A-Z]|\d[a-z]/.test(token) || /^\d+$/.test(token)), (token) => { expect(pathTemplate(`/x/${token}/y`)).toBe('/x/:id/y') }))
})
