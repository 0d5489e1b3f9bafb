import { readIceConfig } from '../page/ice-servers.ts'

/** The servers that Duet names, on the conditions in the page's address. */
export function withServers(iceServers: RTCIceServer[] | undefined): RTCConfiguration {
  const config = readIceConfig(location)
  return iceServers ? { ...config, iceServers } : config
}
