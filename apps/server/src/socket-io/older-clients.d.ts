/** Versions of the client that bring no types of their own that could be found. */
declare module 'socket.io-client-2' {
  const connect: unknown
  export default connect
}

declare module 'socket.io-client-2.0' {
  const connect: unknown
  export default connect
}

declare module 'socket.io-client-3' {
  export const io: unknown
}
