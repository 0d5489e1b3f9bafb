/** What a notification knows of its call. */
export interface NotificationData {
  call: string
  isRinging: boolean
}

/** What a press on a notification does. */
export type PressPlan =
  | { name: 'decline'; path: string }
  /** To the call: tells an open page, or opens one at `path`. */
  | { name: 'go'; call: string; isAccept: boolean; path: string }
  /** To the history. */
  | { name: 'look'; path: string }

/** Reads what a notification carries; undefined for one that is not of a call. */
export function readNotificationData(data: unknown): NotificationData | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { call, isRinging } = data as Record<string, unknown>
  return typeof call === 'string' ? { call, isRinging: isRinging === true } : undefined
}

/**
 * Decides what a press does; `action` is empty for the notification itself, which picks up like
 * its button: where browsers draw no buttons, it is the only way.
 */
export function pressPlanOf({ call, isRinging }: NotificationData, action: string): PressPlan {
  if (!isRinging) return { name: 'look', path: '/calls' }
  if (action === 'decline') return { name: 'decline', path: `/api/calls/${call}/decline` }
  return { name: 'go', call, isAccept: true, path: `/people?call=${call}&accept=1` }
}

/** Pages that ring by themselves: those of accounts. */
const ACCOUNT_PAGES = /^\/(people|calls|settings|admin)(\/|$)/

export function isAccountPage(url: string): boolean {
  return ACCOUNT_PAGES.test(URL.parse(url)?.pathname ?? '')
}
