// Payments: Stripe, Square, PayPal.

import { isoSeconds, isoTime, seconds } from './sample.ts'
import type { Moment, Sample, SampleSet } from './sample.ts'

const stripeEvent = (type: string, object: (moment: Moment) => object): Sample => ({
  event: type,
  body: (moment) => ({
    id: moment.id, object: 'event', api_version: '2026-01-28', created: seconds(moment), type, livemode: false, pending_webhooks: 1,
    request: { id: 'req_ExampleRequest1', idempotency_key: '00000000-0000-4000-8000-000000000001' },
    data: { object: object(moment) },
  }),
})

export const stripe: SampleSet = {
  samples: [
    stripeEvent('payment_intent.succeeded', (moment) => ({
      id: 'pi_3ExampleIntent000000001', object: 'payment_intent', amount: 2000, amount_received: 2000, currency: 'eur', status: 'succeeded', created: seconds(moment),
      client_secret: 'pi_3ExampleIntent000000001_secret_example', customer: 'cus_ExampleCustomer1', description: 'Order 1001', latest_charge: 'ch_3ExampleCharge000000001', livemode: false,
      metadata: { order_id: '1001' }, payment_method_types: ['card'], receipt_email: 'ada@example.com',
    })),
    stripeEvent('charge.refunded', (moment) => ({
      id: 'ch_3ExampleCharge000000001', object: 'charge', amount: 2000, amount_refunded: 2000, currency: 'eur', refunded: true, status: 'succeeded', created: seconds(moment),
      billing_details: { email: 'ada@example.com', name: 'Ada Example', phone: '+12025550143', address: { city: 'Berlin', country: 'DE', line1: 'Example Street 1', postal_code: '10115' } },
      payment_method_details: { type: 'card', card: { brand: 'visa', exp_month: 12, exp_year: 2034, last4: '4242', network: 'visa' } },
    })),
  ],
}

export const square: SampleSet = {
  samples: [{
    event: 'payment.updated',
    body: (moment) => ({
      merchant_id: 'MLEXAMPLE00001', location_id: 'LEXAMPLE00001', type: 'payment.updated', event_id: moment.id, created_at: isoTime(moment),
      data: {
        type: 'payment', id: 'PaymentExample000000000001',
        object: {
          payment: {
            id: 'PaymentExample000000000001', amount_money: { amount: 1000, currency: 'USD' }, status: 'COMPLETED', order_id: 'OrderExample0000000000001', location_id: 'LEXAMPLE00001', source_type: 'CARD',
            buyer_email_address: 'ada@example.com', card_details: { status: 'CAPTURED', entry_method: 'KEYED', card: { card_brand: 'VISA', last_4: '1111', exp_month: 12, exp_year: 2034 } },
          },
        },
      },
    }),
  }],
}

export const paypal: SampleSet = {
  samples: [{
    event: 'PAYMENT.CAPTURE.COMPLETED',
    body: (moment) => ({
      id: moment.id, event_version: '1.0', create_time: isoSeconds(moment), resource_type: 'capture', resource_version: '2.0', event_type: 'PAYMENT.CAPTURE.COMPLETED',
      summary: 'Payment completed for EUR 20.00 EUR',
      resource: {
        id: 'EXAMPLECAPTURE001', status: 'COMPLETED', amount: { currency_code: 'EUR', value: '20.00' }, final_capture: true, invoice_id: 'INV-1001',
        supplementary_data: { related_ids: { order_id: 'EXAMPLEORDER00001' } }, create_time: isoSeconds(moment), update_time: isoSeconds(moment),
      },
      links: [{ href: 'https://api.example.com/v1/notifications/webhooks-events/WH-EXAMPLE', rel: 'self', method: 'GET' }],
    }),
  }],
}
