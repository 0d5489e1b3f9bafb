import { useEffect, useState } from 'preact/hooks'

/** A click comes so soon after the finger has left, in milliseconds. */
const CLICK_MS = 100

/** Whether a finger or a button of the mouse is down anywhere on the page, until its click is over. */
export function usePressing(): boolean {
  const [isPressing, setPressing] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const begin = () => {
      clearTimeout(timer)
      setPressing(true)
    }
    const end = () => {
      clearTimeout(timer)
      timer = setTimeout(() => setPressing(false), CLICK_MS)
    }
    const listening = new AbortController()
    const options = { capture: true, passive: true, signal: listening.signal }
    window.addEventListener('pointerdown', begin, options)
    window.addEventListener('pointerup', end, options)
    window.addEventListener('pointercancel', end, options)
    return () => {
      listening.abort()
      clearTimeout(timer)
    }
  }, [])
  return isPressing
}
