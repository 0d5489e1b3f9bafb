type Bytes = ReadableStream<Uint8Array>

/** What becomes known of a body while it passes. */
export interface StreamWatch {
  /** Somebody wants more of it. */
  onAsk?(): void
  /** More of it came. */
  onChunk?(): void
  /** It is over: all of it passed, it broke off, or nobody wants it any more. */
  onEnd?(ending: 'whole' | 'broken' | 'unwanted'): void
}

/** The same body, chunk by chunk and no faster than it is read. */
export function watched(body: Bytes, watch: StreamWatch): Bytes {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      watch.onAsk?.()
      try {
        const { done, value } = await reader.read()
        if (done) {
          watch.onEnd?.('whole')
          controller.close()
          return
        }
        watch.onChunk?.()
        controller.enqueue(value)
      } catch (error) {
        watch.onEnd?.('broken')
        controller.error(error)
      }
    },
    cancel(reason) {
      watch.onEnd?.('unwanted')
      return reader.cancel(reason).catch(() => {})
    },
  })
}
