// What a connection may cost. Connections are worth little to us and much to an attacker; every number here has a row in
// the limits table of collector/README.md.

/** Given to Node's HTTP server. Node's own defaults hold a silent connection for a minute, and look only every 30 s. */
export const serverOptions = {
  /** Time for the headers of a request, from its first byte; of the first one, from the connection. */
  headersTimeout: 5_000,
  /** Time for a whole request, headers and body. */
  requestTimeout: 30_000,
  /** How often both are looked at. */
  connectionsCheckingInterval: 1_000,
  /** Bytes of all headers of a request together. */
  maxHeaderSize: 16_384,
  /** A connection between two requests. Longer than the 60 s that load balancers usually keep theirs. */
  keepAliveTimeout: 65_000,
} as const

/** Lines of headers in a request. OTLP clients send about ten. */
export const maxHeaders = 100

/** Requests over one connection; the answer to the last one says `Connection: close`. So that no connection outlives a certificate for ever. */
export const maxRequestsPerConnection = 10_000

export interface ConnectionLimits {
  /** Open connections. Default 4096. Each needs a file handle. */
  readonly most: number
  /** Open connections from one address (IPv6: one /64). Default 512; behind a proxy, which is one address, as many as `most`. */
  readonly mostPerAddress: number
  /** Requests of one connection that wait for their answer together (HTTP pipelining). */
  readonly pipelined: number
  /** An answer of which less than `stalledBytes` went out in this time is not waited for. */
  readonly stalledMs: number
  readonly stalledBytes: number
}

export const connectionLimits: ConnectionLimits = { most: 4_096, mostPerAddress: 512, pipelined: 32, stalledMs: 60_000, stalledBytes: 65_536 }

/** Why a connection was closed by us: the labels of `blotter_connections_closed_total`. */
export const closeReasons = [
  /** The oldest waiting one, to make room for a new one. */
  'made_room',
  /** No room: every connection, or every one of its address, has a request in progress. */
  'too_many', 'too_many_of_address',
  'pipelined', 'stalled_reader', 'late', 'headers_too_large', 'chunk_extensions', 'malformed', 'handshake',
] as const

export type CloseReason = typeof closeReasons[number]
