// What an operator may set about the port: keys of blotter.yaml, checked with everything else in it.

import { resolve } from 'node:path'
import { z } from 'zod'
import { cidrProblem } from './addresses.ts'
import { clientNameProblem } from './client-names.ts'
import type { CertificateFiles } from './certificate.ts'

export interface ListenConfig {
  readonly tls?: CertificateFiles & { readonly clientNames?: readonly string[] }
  readonly allow?: { readonly addresses?: readonly string[]; readonly proxyHops: number }
  readonly connections?: { readonly most?: number; readonly mostPerAddress?: number }
}

const path = z.string().min(1)

/** A text for which `problem` has nothing to say. */
const without = (problem: (text: string) => string | undefined): z.ZodType<string> => z.string().superRefine((text, context) => {
  const message = problem(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

export const listenSchema = {
  /** HTTPS instead of HTTP. Files are relative to the configuration, and used anew when they change. */
  tls: z.strictObject({
    /** PEM: the certificate, then those that lead to its authority. */
    certificate_file: path,
    /** PEM, not encrypted, readable by the service alone. */
    key_file: path,
    /** PEM: every client must show a certificate of these authorities. Default: none is asked for. */
    client_ca_file: path.optional(),
    /** Names of client certificates that are let in, `DNS:…`, `URI:…`, `email:…`, `IP:…`, exactly. Default: all of the authority's. */
    client_names: z.array(without(clientNameProblem)).min(1).optional(),
  }).refine(({ client_ca_file: authority, client_names: names }) => names === undefined || authority !== undefined, { path: ['client_names'], message: 'needs client_ca_file: only a certificate that was checked has a name' }).optional(),
  /** Who may connect, besides what keys say. */
  allow: z.strictObject({
    /** Addresses and networks. Default: all. */
    addresses: z.array(without(cidrProblem)).min(1).optional(),
    /** Proxies of ours in front, whose X-Forwarded-For is believed: one entry each, from the right. Default 0: none is. */
    proxy_hops: z.number().int().min(0).max(10).default(0),
  }).optional(),
  /** Open connections, together and from one address. Defaults 4096 and 512. */
  connections: z.strictObject({ most: z.number().int().min(16).optional(), most_per_address: z.number().int().min(8).optional() }).optional(),
}

export function listenConfig({ tls, allow, connections }: z.infer<z.ZodObject<typeof listenSchema>>, base: string): ListenConfig {
  return {
    ...(tls === undefined ? {} : { tls: {
      certificateFile: resolve(base, tls.certificate_file), keyFile: resolve(base, tls.key_file),
      ...(tls.client_ca_file === undefined ? {} : { clientCaFile: resolve(base, tls.client_ca_file) }),
      ...(tls.client_names === undefined ? {} : { clientNames: tls.client_names }),
    } }),
    ...(allow === undefined ? {} : { allow: { ...(allow.addresses === undefined ? {} : { addresses: allow.addresses }), proxyHops: allow.proxy_hops } }),
    ...(connections === undefined ? {} : { connections: {
      ...(connections.most === undefined ? {} : { most: connections.most }),
      ...(connections.most_per_address === undefined ? {} : { mostPerAddress: connections.most_per_address }),
    } }),
  }
}
