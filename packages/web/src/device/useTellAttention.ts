import { useEffect } from 'react'
import { useLink } from './context.ts'

/** Tells the unlocked device now and then that somebody is here, who may be reading what the page has already. */
export function useTellAttention(): void {
  const { client, onAttention } = useLink()
  useEffect(
    () =>
      onAttention(() => {
        // It may have locked just now: then there is nothing to put off.
        void client.circles({}).catch(() => undefined)
      }),
    [client, onAttention],
  )
}
