// Shops, customers, forms and tables: Shopify, HubSpot, Typeform, Notion, Airtable; and what has no format of its own.

import { isoSeconds, isoTime } from './sample.ts'
import type { SampleSet } from './sample.ts'

export const shopify: SampleSet = {
  samples: [{
    event: 'orders/paid',
    headers: ({ id }) => ({ 'x-shopify-topic': 'orders/paid', 'x-shopify-shop-domain': 'example.myshopify.example.com', 'x-shopify-api-version': '2026-01', 'x-shopify-webhook-id': id, 'x-shopify-event-id': id, 'x-shopify-test': 'true' }),
    body: (moment) => ({
      id: 1001000000001, admin_graphql_api_id: 'gid://shopify/Order/1001000000001', name: '#1001', email: 'ada@example.com', phone: '+12025550143', created_at: isoSeconds(moment), currency: 'EUR', total_price: '20.00', financial_status: 'paid', test: true, browser_ip: '192.0.2.17',
      customer: { id: 2001000000001, email: 'ada@example.com', first_name: 'Ada', last_name: 'Example' }, shipping_address: { name: 'Ada Example', address1: 'Example Street 1', city: 'Berlin', zip: '10115', country_code: 'DE' },
      line_items: [{ id: 3001000000001, title: 'Notebook', quantity: 2, price: '10.00', sku: 'NB-1' }],
    }),
  }],
}

export const hubspot: SampleSet = {
  samples: [{
    event: 'contact.propertyChange',
    body: (moment) => [{ eventId: 100001, subscriptionId: 2001, portalId: 3001, appId: 4001, occurredAt: moment.sentAtMs, subscriptionType: 'contact.propertyChange', attemptNumber: 0, objectId: 5001, propertyName: 'email', propertyValue: 'ada@example.com', changeSource: 'CRM_UI', sourceId: 'userId:17' }],
  }],
}

export const typeform: SampleSet = {
  samples: [{
    event: 'form_response',
    body: (moment) => ({
      event_id: moment.id, event_type: 'form_response',
      form_response: {
        form_id: 'FormExamp', token: 'response-token-example-0001', landed_at: isoSeconds(moment), submitted_at: isoSeconds(moment),
        definition: { id: 'FormExamp', title: 'Return', fields: [{ id: 'FieldExample1', ref: 'order', type: 'short_text', title: 'Order' }, { id: 'FieldExample2', ref: 'email', type: 'email', title: 'E-mail' }] },
        answers: [{ type: 'text', text: '1001', field: { id: 'FieldExample1', ref: 'order', type: 'short_text' } }, { type: 'email', email: 'ada@example.com', field: { id: 'FieldExample2', ref: 'email', type: 'email' } }],
      },
    }),
  }],
}

export const notion: SampleSet = {
  samples: [{
    event: 'page.content_updated',
    body: (moment) => ({
      id: moment.id, timestamp: isoTime(moment), workspace_id: '00000000-0000-4000-8000-000000000021', workspace_name: 'Example', subscription_id: '00000000-0000-4000-8000-000000000022', integration_id: '00000000-0000-4000-8000-000000000023', type: 'page.content_updated', attempt_number: 1,
      authors: [{ id: '00000000-0000-4000-8000-000000000024', type: 'person' }], entity: { id: '00000000-0000-4000-8000-000000000025', type: 'page' }, data: { updated_blocks: [{ id: '00000000-0000-4000-8000-000000000026', type: 'block' }], parent: { id: '00000000-0000-4000-8000-000000000027', type: 'space' } },
    }),
  }],
}

export const airtable: SampleSet = {
  samples: [{ event: 'notification', body: (moment) => ({ base: { id: 'appExample00000001' }, webhook: { id: 'achExample00000001' }, timestamp: isoTime(moment) }) }],
}

/** For Standard Webhooks and whatever else leaves the body to the sender. */
export const generic: SampleSet = {
  samples: [{ event: 'order.paid', body: (moment) => ({ type: 'order.paid', timestamp: isoTime(moment), data: { order: '1001', amount: 2000, currency: 'eur', customer: { email: 'ada@example.com' } } }) }],
}
