import type { HttpRoute } from '../front/socket.ts'

/** Where the authority of this server is to be had; devices tell what it is by its type and ending. */
export const ROOT_PATH = '/trust/duet-root.crt'

/**
 * Gives the authority of this server to whoever wants to trust it; over plain HTTP too, because that is
 * where a device begins that does not trust it yet. `der`: undefined where there is none.
 */
export function rootDownload(der: () => Uint8Array<ArrayBuffer> | undefined): HttpRoute {
  return {
    prefix: ROOT_PATH,
    maxBodyBytes: 0,
    isPlainAllowed: true,
    respond({ url }, { method }) {
      const certificate = url.pathname === ROOT_PATH ? der() : undefined
      const isReading = method === 'GET' || method === 'HEAD'
      if (!certificate || !isReading) {
        return new Response('There is nothing at this address', { status: 404 })
      }
      return new Response(certificate, {
        headers: {
          'content-type': 'application/x-x509-ca-cert',
          'cache-control': 'no-cache',
          'x-content-type-options': 'nosniff',
        },
      })
    },
  }
}
