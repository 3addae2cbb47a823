/** Where in the page one is: the path of the address, which the back button and bookmarks understand. */
import { useSyncExternalStore } from 'react'

/** Each screen by its path; ids are those of the API. */
export const PATHS = {
  home: () => '/',
  conversation: (id: string) => `/c/${id}`,
  circle: (id: string) => `/circle/${id}`,
  circlePart: (id: string, part: CirclePart) => `/circle/${id}/${part}`,
  start: () => '/start',
  settings: (part: SettingsPart = 'device') => `/settings/${part}`,
} as const

/** In the order of the tabs. */
export const CIRCLE_PARTS = [
  'overview',
  'members',
  'invitations',
  'devices',
  'rooms',
  'keepers',
  'policies',
  'network',
] as const
export type CirclePart = (typeof CIRCLE_PARTS)[number]
export const SETTINGS_PARTS = [
  'device',
  'look',
  'notifications',
  'storage',
  'channels',
  'diagnostics',
  'audit',
  'about',
] as const
export type SettingsPart = (typeof SETTINGS_PARTS)[number]

export type Route =
  | { readonly screen: 'home' | 'start' }
  | { readonly screen: 'conversation'; readonly id: string }
  | { readonly screen: 'circle'; readonly id: string; readonly part: string }
  | { readonly screen: 'settings'; readonly part: string }

/** Any path: one that means nothing is home. */
export function routeOf(path: string): Route {
  const [first, second, third] = path.split('/').filter((word) => word !== '')
  if (first === 'c' && second !== undefined) return { screen: 'conversation', id: second }
  if (first === 'circle' && second !== undefined)
    return { screen: 'circle', id: second, part: third ?? 'overview' }
  if (first === 'settings') return { screen: 'settings', part: second ?? 'device' }
  if (first === 'start') return { screen: 'start' }
  return { screen: 'home' }
}

/** Goes there; `replace` leaves no step back. */
export function go(path: string, { replace = false }: { replace?: boolean } = {}): void {
  if (path !== location.pathname) history[replace ? 'replaceState' : 'pushState'](null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
}

export function useRoutePath(): string {
  return useSyncExternalStore(onGo, () => location.pathname)
}

/** Calls back each time that one goes anywhere, also to where one is. @returns what ends it */
export function onGo(changed: () => void): () => void {
  addEventListener('popstate', changed)
  return () => {
    removeEventListener('popstate', changed)
  }
}
