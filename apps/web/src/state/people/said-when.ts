import type { Language } from '../../i18n/error-sentences.ts'
import type { PeopleWords } from '../../i18n/people-en.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const LOCALES: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' }

/** The time of day. */
export function timeOfDay(at: number, language: Language): string {
  return new Date(at).toLocaleTimeString(LOCALES[language], { hour: '2-digit', minute: '2-digit' })
}

/** The whole date and the time of day. */
export function dateAndTime(at: number, language: Language): string {
  return new Date(at).toLocaleString(LOCALES[language], { dateStyle: 'long', timeStyle: 'short' })
}

/** The whole date. */
export function dateOf(at: number, language: Language): string {
  return new Date(at).toLocaleDateString(LOCALES[language], { dateStyle: 'long' })
}

/** The day, as near to now as it is: today, yesterday, a weekday, a date. */
export function dayOf(at: number, now: number, { words, language }: Said): string {
  const days = daysBetween(at, now)
  if (days === 0) return words.conversation.today
  if (days === 1) return words.conversation.yesterday
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return new Date(at).toLocaleDateString(LOCALES[language], {
    ...(days > 1 && days < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' }),
    ...(!isThisYear && { year: 'numeric' }),
  })
}

/** Day and time, as short as it can be understood. */
export function momentOf(at: number, now: number, said: Said): string {
  const time = timeOfDay(at, said.language)
  return daysBetween(at, now) === 0 ? time : `${dayOf(at, now, said)} ${time}`
}

/** How long ago: in minutes or hours when that is near, else the moment. */
export function agoOf(at: number, now: number, said: Said): string {
  const age = Math.max(0, now - at)
  const relative = new Intl.RelativeTimeFormat(LOCALES[said.language], { numeric: 'auto' })
  if (age < HOUR_MS) return relative.format(-Math.max(1, Math.round(age / MINUTE_MS)), 'minute')
  if (daysBetween(at, now) === 0) return relative.format(-Math.round(age / HOUR_MS), 'hour')
  return momentOf(at, now, said)
}

/** Whether two moments are on one day. */
export function isSameDay(some: number, other: number): boolean {
  return daysBetween(some, other) === 0
}

/** What it is said with. */
export interface Said {
  words: PeopleWords
  language: Language
}

function daysBetween(at: number, now: number): number {
  const [day, today] = [new Date(at), new Date(now)]
  day.setHours(12, 0, 0, 0)
  today.setHours(12, 0, 0, 0)
  return Math.round((today.getTime() - day.getTime()) / (24 * HOUR_MS))
}
