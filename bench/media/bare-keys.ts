import type { SrtpKeys } from '@duet/media'

/** The same for all, for nothing is secret here. */
const master = (byte: number): SrtpKeys['local'] => ({
  key: new Uint8Array(16).fill(byte),
  salt: new Uint8Array(12).fill(byte),
})
const [ours, theirs] = [master(1), master(2)]
const profile = 'SRTP_AEAD_AES_128_GCM'

export const BARE_KEYS: Record<'server' | 'client', SrtpKeys> = {
  server: { profile, local: ours, remote: theirs },
  client: { profile, local: theirs, remote: ours },
}
