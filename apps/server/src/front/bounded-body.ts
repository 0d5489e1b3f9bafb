/** What became of a body whose length nobody told: a request that holds it, or why there is none. */
export type BoundedBody = { request: Request } | { problem: 'too long' | 'broken off' }

/** Reads a body until it ends or is longer than this. */
export async function readBoundedBody(request: Request, maxBytes: number): Promise<BoundedBody> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length
      if (bytes > maxBytes) return { problem: 'too long' }
      chunks.push(chunk)
    }
  } catch {
    return { problem: 'broken off' }
  }
  const { method, headers, signal } = request
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks)
  return { request: new Request(request.url, { method, headers, signal, body }) }
}
