/** An offer or an answer. */
export interface Description {
  type: 'offer' | 'answer'
  sdp: string
}

/** What the pages of one room publish to each other. */
export type TopicMessage =
  | { event: 'call' | 'full' | 'leave'; data: null }
  | { event: 'offer' | 'answer'; data: Description }
  | { event: 'candidate'; data: RTCIceCandidateInit }

/** Called only once the socket is there. */
export interface TopicListener {
  onMessage: (message: TopicMessage) => void
  /** The socket was closed, by whomever. */
  onLost: () => void
}

/** A socket that is subscribed to one subject. */
export interface TopicSocket {
  publish(message: TopicMessage): void
  close(): void
}

/**
 * Opens a WebSocket to the page's own origin and subscribes to a subject. Rejects when the server
 * can't be reached, or does not take it.
 */
export function subscribe(subject: string, listener: TopicListener): Promise<TopicSocket> {
  const socket = new WebSocket(
    `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`,
  )
  const say = (frame: object): void => socket.send(JSON.stringify(frame))
  return new Promise((resolve, reject) => {
    socket.addEventListener('close', () => reject(new Error('the socket was closed')))
    socket.addEventListener('open', () => {
      socket.addEventListener('close', listener.onLost)
      socket.addEventListener('message', ({ data }) => {
        listener.onMessage(JSON.parse(String(data)) as TopicMessage)
      })
      say({ cmd: 'subscribe', subject })
      resolve({
        publish: ({ event, data }) => say({ cmd: 'publish', subject, event, data }),
        close: () => socket.close(),
      })
    })
  })
}
