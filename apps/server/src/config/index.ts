export {
  formatNetwork,
  isLoopbackAddress,
  parseNetwork,
  plainAddress,
  type Network,
} from './address.ts'
export { defaultOf, helpText, repetitionOf } from './help.ts'
export { isInNetworkNamespace } from './namespace.ts'
export { nearestName } from './nearest-name.ts'
export { isBelow, type ProxyRule } from './proxy-rule.ts'
export { isPublicIpOff, publicIpsOf } from './public-ip.ts'
export { readConfig } from './read-config.ts'
export { flagOf, SCHEMA, variableOf, type Config, type Option } from './schema.ts'
export { stunServer, type StunServer } from './stun-server.ts'
export { tlsPairs } from './tls-pairs.ts'
export { type PortRange } from './value-types.ts'
export { isShared, sharedPorts } from './shared-ports.ts'
export { SCOPED_PREFIX } from './turn-user.ts'
