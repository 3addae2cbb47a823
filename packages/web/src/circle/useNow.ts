/** The time, as often as something on the screen depends on it. */
import { useEffect, useState } from 'react'

/** @returns milliseconds since 1970, at most `everyMs` old */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
