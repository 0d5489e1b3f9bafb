/** Where this browser keeps the keys of recordings; the start page looks only whether there are any. */
export const RECORDINGS_MEMORY_KEY = 'duet.recordings'
