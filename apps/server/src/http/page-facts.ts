import type { Certificate } from '../front/certificate.ts'
import type { Addresses } from '../ops/addresses.ts'
import type { PageFacts } from './page.ts'

/** What pages are told of the server. */
export function pageFactsOf(
  { best, lan, public: open }: Addresses,
  certificate: Certificate | undefined,
): PageFacts {
  return {
    addresses: { best: best ?? null, lan, public: open ?? null },
    selfSigned: certificate?.isSelfSigned ?? false,
  }
}
