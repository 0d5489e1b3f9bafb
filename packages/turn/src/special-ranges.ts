import { ipFromBits } from '@duet/stun'
import { parseCidr, type IpRange } from './ip-range.ts'

/** Ranges that no relay may reach unless the operator allows it. */
export const RESERVED_RANGES: readonly IpRange[] = [
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by a carrier's customers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, with the metadata services of clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '2001:2::/48', // benchmarks
  '2001:10::/28', // ORCHID
  '2001:20::/28', // ORCHIDv2
  '2001:db8::/32', // documentation
  '3fff::/20', // documentation
  // All that is not 2000::/3, the only part that is given to hosts of the internet:
  '::/3', // with loopback and discard
  '4000::/2', // with segment routing
  '8000::/1', // with unique local, link-local and site-local
].map(parseCidr)

/** Ranges that nobody can allow: no single host, or an IPv4 address in disguise. */
export const FORBIDDEN_RANGES: readonly IpRange[] = [
  ...[
    '0.0.0.0/8', // this host
    '224.0.0.0/4', // multicast
    '240.0.0.0/4', // reserved, and broadcast
    '::/128', // unspecified
    '::ffff:0:0/96', // IPv4-mapped
    '::ffff:0:0:0/96', // IPv4-translated
    '64:ff9b::/96', // NAT64
    '64:ff9b:1::/48', // local NAT64
    '2001::/32', // Teredo
    '2002::/16', // 6to4
    'ff00::/8', // multicast
  ].map(parseCidr),
  // IPv4-compatible: ::/96 apart from unspecified and loopback.
  { first: ipFromBits(2n), last: ipFromBits(0xffff_ffffn) },
]
