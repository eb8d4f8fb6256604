// Names of labels as Loki makes them of the keys of OpenTelemetry.

const known = new Map<string, string>()
/** Senders choose their keys: what is remembered must not grow with them. */
const mostKnown = 10_000

/** Letters, digits and underscores; what begins with a digit or with one underscore gets `key` before it. */
export function labelName(key: string): string {
  const before = known.get(key)
  if (before !== undefined) return before
  const name = withPrefix(key.replace(/[^a-zA-Z0-9_]/gu, '_'))
  if (known.size >= mostKnown) known.clear()
  known.set(key, name)
  return name
}

function withPrefix(name: string): string {
  if (/^[0-9]/.test(name)) return `key_${name}`
  return name.startsWith('_') && !name.startsWith('__') ? `key${name}` : name
}

/** Attributes of the resource that name the stream. */
export const indexKeys: ReadonlySet<string> = new Set([
  'service.name', 'service.namespace', 'service.instance.id', 'deployment.environment', 'deployment.environment.name', 'cloud.region', 'cloud.availability_zone', 'container.name',
  'k8s.cluster.name', 'k8s.namespace.name', 'k8s.pod.name', 'k8s.container.name', 'k8s.replicaset.name', 'k8s.deployment.name', 'k8s.statefulset.name', 'k8s.daemonset.name', 'k8s.cronjob.name', 'k8s.job.name',
])

/** Those after which a service is called that has no name: the first of them that the resource has. */
export const serviceKeys: ReadonlySet<string> = new Set(['container.name', 'k8s.container.name', 'k8s.job.name'])
