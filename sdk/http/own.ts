// The SDK's own requests to the collector: no call of the app, and to record them would make ever more of them.

/** Base URLs of the collectors that this thread sends to, or whole URLs. */
export const ownEndpoints: Set<string> = new Set()

/** `''`: an endpoint may be a whole URL, as OTEL_EXPORTER_OTLP_LOGS_ENDPOINT is. */
const ownPaths = ['', '/v1/audit', '/v1/fingerprint/key', '/v1/logs']

export function isOwn(url: URL): boolean {
  for (const endpoint of ownEndpoints) if (ownPaths.some((path) => url.href === normal(endpoint + path))) return true
  return false
}

function normal(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url
}
