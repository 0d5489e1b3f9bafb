const BEGINNINGS = ['offer', 'answer'].map(
  (type) => `{"type":"description","description":{"type":"${type}","sdp":"`,
)

/**
 * The description of a valid `description` frame as it is written there: to write its many line
 * ends once more costs as much as all the rest of relaying it. Undefined when the frame is not
 * written in the usual order or a field could stand there twice.
 */
export function writtenDescription(frame: string): string | undefined {
  const beginning = BEGINNINGS.find((text) => frame.startsWith(text))
  if (beginning === undefined) return undefined
  const end = frame.indexOf('"', beginning.length)
  if (frame[end - 1] === '\\' || frame[end + 1] !== '}') return undefined
  // With an escape a name can be spelled in another way.
  if (/\\|"description"/.test(frame.slice(end + 2))) return undefined
  return frame.slice(beginning.lastIndexOf('{'), end + 2)
}
