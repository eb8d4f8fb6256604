// Without keys the service trusts everyone on this machine, and a browser on this machine runs the pages of others. A page
// may send a request anywhere (it only cannot read the answer), and a name of its own that suddenly means 127.0.0.1 lets
// it read the answer too. Both show in what the browser says.

import { isIP } from 'node:net'
import type { IncomingHttpHeaders } from 'node:http'

/** The header by which a request shows that it comes from somebody else's page, or undefined. */
export function foreignPageProblem(headers: IncomingHttpHeaders): string | undefined {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'sec-fetch-site'
  if (headers.origin !== undefined && headers.origin.replace(/^https?:\/\//, '') !== headers.host) return 'origin'
  return headers.host !== undefined && couldBeAnyones(headers.host) ? 'host' : undefined
}

/** Names that somebody can buy and point at this machine. An address, a name without dots, or a private one is not. */
function couldBeAnyones(host: string): boolean {
  const name = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '').toLowerCase()
  return isIP(name) === 0 && name.includes('.') && !/\.(localhost|internal|local|test|lan|home\.arpa)$/.test(name)
}
