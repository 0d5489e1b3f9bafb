import { messageOf, type Clock, type Logger } from '@duet/base'
import type { Certificate } from './certificate.ts'

export interface CertificateWatchOptions {
  current: Certificate | undefined
  /** Reads or renews it. */
  read: () => Promise<Certificate | undefined>
  /** Called with one that differs from the one before. */
  onChange: (changed: Certificate) => void
  clock: Clock
  logger: Logger
}

const INTERVAL_MS = 60 * 60 * 1000

/** Looks every hour whether the certificate was renewed or must be; returns its end. */
export function watchCertificate(options: CertificateWatchOptions): () => void {
  const { read, onChange, clock, logger } = options
  let current = options.current
  if (!current) return () => {}

  const look = async (): Promise<void> => {
    try {
      const found = await read()
      if (!found || (found.cert === current?.cert && found.key === current.key)) return
      current = found
      onChange(found)
      logger.info('certificate changed', { until: new Date(found.endsAt).toISOString() })
    } catch (error) {
      logger.error('the certificate could not be renewed', { error: messageOf(error) })
    }
  }
  return clock.every(INTERVAL_MS, () => void look())
}
