// The template of the route that answers, with the prefixes of the routers that it is mounted under. Express tells the
// template of the route (`req.route.path`) but of a prefix only what it matched (`req.baseUrl`), and takes both back while
// it unwinds; so their changes are followed as they happen.

import type { ExpressRequest } from '../express.ts'

interface Mount {
  readonly url: string
  readonly template: string
}

/** What is known of a request's way through the routers. */
interface Way {
  readonly mounts: Mount[]
  route: unknown
  found: string | undefined
}

const way = Symbol('blotter.route')

interface Watched extends ExpressRequest {
  readonly [way]: Way
}

/** Returns what tells the template once the request has ended: undefined when no route was reached. */
export function watchRoute(request: ExpressRequest): () => string | undefined {
  if (!isWatched(request)) watch(request)
  const known = (request as Watched)[way]
  return () => known.found ?? (known.mounts.length > 1 ? `${known.mounts.at(-1)!.template}/*` : undefined)
}

function isWatched(request: ExpressRequest): request is Watched {
  return way in request
}

/** Mounted below a router already, its prefix is known only as it was matched, and by the parameters that it shares. */
function watch(request: ExpressRequest): void {
  const url = request.baseUrl ?? ''
  const template = templateOf(url, request.params)
  const route: unknown = request.route
  Object.defineProperty(request, way, { value: { mounts: [{ url, template }], route, found: route === undefined ? undefined : joined(template, pathOf(route)) } satisfies Way })
  Object.defineProperties(request, followed)
}

/** The same functions for every request: with functions of its own each would be of another shape to the engine, and slow. */
const followed: PropertyDescriptorMap & ThisType<Watched> = {
  baseUrl: {
    configurable: true, enumerable: true,
    get() { return this[way].mounts.at(-1)!.url },
    set(to: unknown) { if (typeof to === 'string') follow(this, to) },
  },
  route: {
    configurable: true, enumerable: true,
    get() { return this[way].route },
    set(to: unknown) {
      this[way].route = to
      this[way].found = to === undefined ? undefined : joined(this[way].mounts.at(-1)!.template, pathOf(to))
    },
  },
}

/** Express sets the prefix on the way in and on the way out. */
function follow({ [way]: { mounts }, params }: Watched, to: string): void {
  while (mounts.length > 1 && !isUnder(mounts.at(-1)!.url, to)) mounts.pop()
  const around = mounts.at(-1)!
  if (to.length > around.url.length) mounts.push({ url: to, template: around.template + templateOf(to.slice(around.url.length), params) })
}

function isUnder(prefix: string, url: string): boolean {
  return url === prefix || url.startsWith(`${prefix}/`)
}

/** What a parameter matched gives way to its name: `/orgs/17` with `org` = 17 is `/orgs/:org`. */
function templateOf(url: string, params: unknown): string {
  const names = new Map(Object.entries((params ?? {}) as Record<string, unknown>).map(([name, value]) => [value, name] as const))
  return url.split('/').map((segment) => {
    const name = names.get(decoded(segment))
    return name === undefined ? segment : `:${name}`
  }).join('/')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment // Express refuses it before any route
  }
}

/** The `/` of a router is the prefix itself. */
function joined(prefix: string, path: string): string {
  return path === '/' && prefix !== '' ? prefix : prefix + path
}

/** A path can be a text, a pattern, or a list of both. */
function pathOf(route: unknown): string {
  const { path } = route as { path?: unknown }
  const paths: readonly unknown[] = Array.isArray(path) ? path : [path]
  return paths.map((one) => (one instanceof RegExp ? one.source : String(one))).join(' | ')
}
