/** The part of the Network Information API that is used; not all browsers have it. */
interface NetworkInformation extends EventTarget {
  readonly type?: string
}

/**
 * Calls `onChange` when the browser says that the network is back or is another one.
 * Returns the unsubscribe; does nothing where there is no window.
 */
export function watchNetwork(onChange: () => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const { connection } = navigator as Navigator & { connection?: NetworkInformation }
  const controller = new AbortController()
  const { signal } = controller
  window.addEventListener('online', onChange, { signal })
  // `change` also fires for mere estimates of speed: only another kind of network counts.
  let type = connection?.type
  const onConnection = () => {
    if (connection?.type === type) return
    type = connection?.type
    if (type !== 'none') onChange()
  }
  connection?.addEventListener('change', onConnection, { signal })
  return () => controller.abort()
}
