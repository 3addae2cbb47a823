import { createContext, use, useEffect } from 'react'
import { deviceWords, type DeviceWords } from './words.ts'

export interface KnownWords {
  readonly words: DeviceWords
  /** They have come, or can't: what is said now is not said otherwise in a moment. */
  readonly isSettled: boolean
  /** Has them loaded. */
  readonly want: () => void
}

export const DeviceWordsContext = createContext<KnownWords>({
  words: deviceWords('en', undefined),
  isSettled: true,
  want: () => undefined,
})

/** @returns what says things of the device: `const { said } = useDeviceWords()` */
export function useDeviceWords(): DeviceWords & Pick<KnownWords, 'isSettled'> {
  const { words, isSettled, want } = use(DeviceWordsContext)
  useEffect(want, [want])
  return { ...words, isSettled }
}
