// How a record looks through our Loki API: as a real Loki shows it after our forwarder sent it there. The store has
// columns of the same look, so the making of it stands where both reach it.

export { lookOf } from '../../look/look.ts'
export type { Look } from '../../look/look.ts'
