import { effect } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { nextButton, remoteKeyOf } from '../../state/cast/remote-key.ts'
import type { TvModel } from '../../state/cast/tv-model.ts'
import type { ScreenModes } from '../controls.tsx'

export interface RemoteControlOptions {
  rootRef: RefObject<HTMLElement | null>
  modes: ScreenModes
}

/**
 * Lets the page be used with arrows, Enter and Back alone. What brings hidden controls back does
 * nothing else: nobody presses a button that can't be seen.
 */
export function useRemoteControl(page: TvModel, { rootRef, modes }: RemoteControlOptions): void {
  const modesRef = useRef(modes)
  modesRef.current = modes
  useEffect(() => {
    const root = rootRef.current
    if (!root) return undefined
    const stop = [
      listenToKeys(page, root, () => modesRef.current),
      listenToPointer(page, root),
      effect(() => {
        if (page.isQuiet.value) focusedIn(root)?.blur()
      }),
    ]
    return () => stop.forEach((each) => each())
  }, [page])
}

function listenToKeys(page: TvModel, root: HTMLElement, modes: () => ScreenModes): () => void {
  let mayEnterFullscreen = true
  const enterFullscreen = () => {
    if (mayEnterFullscreen && !modes().isFullscreen) modes().toggleFullscreen?.()
    mayEnterFullscreen = false
  }
  const handleKey = (event: KeyboardEvent) => {
    const key = remoteKeyOf(event)
    if (key === 'back') {
      if (page.back()) event.preventDefault()
      return
    }
    const wasQuiet = page.isQuiet.peek()
    page.idle.touch()
    const focused = focusedIn(root)
    // Its own button does so by itself.
    if (!focused) page.unblockSound()
    if (key === 'press' && !focused) enterFullscreen()
    else if (key === 'press' && wasQuiet) event.preventDefault()
    if (key !== 'next' && key !== 'previous') return
    event.preventDefault()
    const buttons = buttonsIn(root)
    const index = focused ? buttons.indexOf(focused) : -1
    buttons[nextButton(index, buttons.length, key)]?.focus()
  }
  window.addEventListener('keydown', handleKey)
  return () => window.removeEventListener('keydown', handleKey)
}

function listenToPointer(page: TvModel, root: HTMLElement): () => void {
  let isWaking = false
  const handlers = {
    pointermove: () => page.idle.touch(),
    focusin: () => page.idle.touch(),
    pointerdown() {
      isWaking = page.isQuiet.peek()
      page.idle.touch()
    },
    click(event: Event) {
      page.unblockSound()
      if (isWaking) event.stopPropagation()
      isWaking = false
    },
  }
  for (const [event, handler] of Object.entries(handlers)) {
    root.addEventListener(event, handler, { capture: true })
  }
  return () => {
    for (const [event, handler] of Object.entries(handlers)) {
      root.removeEventListener(event, handler, { capture: true })
    }
  }
}

function buttonsIn(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('button:not(:disabled)')]
}

function focusedIn(root: HTMLElement): HTMLElement | undefined {
  const focused = document.activeElement
  return focused instanceof HTMLElement && focused !== root && root.contains(focused)
    ? focused
    : undefined
}
