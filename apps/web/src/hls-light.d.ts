// The part of hls.js without captions, further sound tracks and protected media; it brings no types of its own.
declare module 'hls.js/light' {
  export { default as Hls, ErrorTypes, Events } from 'hls.js'
  export function isSupported(): boolean
}
