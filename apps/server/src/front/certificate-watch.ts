import { messageOf, type Clock, type Logger } from '@duet/base'
import type { Certificate } from './certificate.ts'

export interface CertificateWatchOptions {
  current: Certificate | undefined
  /** Reads or renews it. */
  read: () => Promise<Certificate | undefined>
  /** Called with one that differs from the one before. */
  onChange: (changed: Certificate) => void
  /** How often it is looked for. */
  intervalMs: number
  clock: Clock
  logger: Logger
}

/** Looks now and then whether the certificate was renewed or must be; returns its end. */
export function watchCertificate(options: CertificateWatchOptions): () => void {
  const { read, onChange, intervalMs, clock, logger } = options
  let current = options.current
  let reason = ''
  if (!current) return () => {}

  const look = async (): Promise<void> => {
    try {
      const found = await read()
      reason = ''
      if (!found || (found.cert === current?.cert && found.key === current.key)) return
      current = found
      onChange(found)
      logger.info('certificate changed', { until: new Date(found.endsAt).toISOString() })
    } catch (error) {
      // What stays wrong is said once.
      if (messageOf(error) === reason) return
      reason = messageOf(error)
      logger.error('the certificate could not be renewed', { error: reason })
    }
  }
  return clock.every(intervalMs, () => void look())
}
