import { randomBytes } from 'node:crypto'

/** What authenticates connectivity checks (RFC 8445 §5.3). */
export interface IceCredentials {
  ufrag: string
  pwd: string
}

/** At least 24 and 128 bits of them must be random; here 48 and 192 are. */
const UFRAG_BYTES = 6
const PWD_BYTES = 24

/** New credentials of ours. Base64 is made of the characters that ICE allows. */
export function createIceCredentials(): IceCredentials {
  return {
    ufrag: randomBytes(UFRAG_BYTES).toString('base64'),
    pwd: randomBytes(PWD_BYTES).toString('base64'),
  }
}

/** Whether what a client offers are credentials (RFC 8839 §5.4). */
export function areIceCredentials({ ufrag, pwd }: IceCredentials): boolean {
  return /^[A-Za-z0-9+/]{4,256}$/.test(ufrag) && /^[A-Za-z0-9+/]{22,256}$/.test(pwd)
}
