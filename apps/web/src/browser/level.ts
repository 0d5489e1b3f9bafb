/** Below this a room sounds silent, in decibels of full scale. */
const SILENCE_DB = -60

/**
 * Calls back about every frame with how loud `track` is, 0 to 1; returns what stops it. Nothing is
 * played, and still nothing is measured, nor called back, where the device has no working sound
 * output (Firefox: its AudioContext never runs then).
 */
export function watchLevel(track: MediaStreamTrack, callback: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  let frame = 0
  const measure = () => {
    frame = requestAnimationFrame(measure)
    if (context.state !== 'running') return
    analyser.getFloatTimeDomainData(samples)
    let sum = 0
    for (const sample of samples) sum += sample * sample
    const decibels = 10 * Math.log10(sum / samples.length + 1e-10)
    callback(Math.min(1, Math.max(0, 1 - decibels / SILENCE_DB)))
  }
  measure()
  return () => {
    cancelAnimationFrame(frame)
    void context.close()
  }
}
