import type { Dialect } from '@duet/rules'

/** What a client of the native dialect can say. */
export const DIALECT: Dialect = {
  name: 'native',
  leavesOffers: true,
  tellsHearing: true,
  consentsTo: ['record', 'live'],
}
