import type { Certificates } from '../certificates.ts'
import type { Addresses } from '../ops/addresses.ts'
import { rootFacts, type PageFacts } from './page.ts'

/** What pages are told of the server. */
export function pageFactsOf(
  { best, lan, public: open, plain }: Addresses,
  { all, root }: Pick<Certificates, 'all' | 'root'>,
): PageFacts {
  return {
    addresses: { best: best ?? null, lan, public: open ?? null },
    selfSigned: all[0]?.isSelfSigned ?? false,
    root: rootFacts(root, plain),
  }
}
