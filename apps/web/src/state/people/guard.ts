import { effect, type ReadonlySignal } from '@preact/signals'
import { loginPath, needsLogin, pathAfterLogin, type AccountPage, type Place } from './pages.ts'
import type { Router } from './router.ts'

/** Where this page leads instead, for one who is logged in or not; null: it may be seen. */
export function detour(page: AccountPage, place: Place, isSignedIn: boolean): string | null {
  if (!isSignedIn) return needsLogin(page) ? loginPath(place) : null
  return page.name === 'login' || page.name === 'register' ? pathAfterLogin(place) : null
}

/** Keeps everybody where they may be; returns what ends it. */
export function guardPages(
  router: Router,
  account: { state: ReadonlySignal<{ name: string }> },
): () => void {
  return effect(() => {
    const { name } = account.state.value
    if (name !== 'signed-in' && name !== 'signed-out') return
    const path = detour(router.page.value, router.place.value, name === 'signed-in')
    if (path !== null) router.replace(path)
  })
}
