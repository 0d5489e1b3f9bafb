/** On this channel the number of the thread is said that is to crash. */
export const CRASHES = 'crashes of threads that relay'
