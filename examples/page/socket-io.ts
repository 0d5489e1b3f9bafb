import type { io } from 'socket.io-client'

/** The Socket.IO client that the server hands out. Rejects when it hands out none. */
export async function socketIo(): Promise<typeof io> {
  return loadedClient() ?? (await loadClient())
}

function loadedClient(): typeof io | undefined {
  return (globalThis as { io?: typeof io }).io
}

/** Asks when it is needed, so that a server which comes back later is enough. */
async function loadClient(): Promise<typeof io> {
  const script = document.createElement('script')
  script.src = '/socket.io/socket.io.js'
  await new Promise((resolve, reject) => {
    script.addEventListener('load', resolve)
    script.addEventListener('error', reject)
    document.head.append(script)
  })
  const client = loadedClient()
  if (!client) throw new Error('the server hands out no client')
  return client
}
