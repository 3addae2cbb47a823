/** A backup on its way into a new vault: how far it is, how it ended, and the way to end it. */
import { useEffect, useRef, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ApiFault, Status } from '@triode/api'
import { useLink } from '../device/context.ts'

interface Chosen {
  readonly file: File
  readonly passphrase: string
}

export function useRestoring() {
  const link = useLink()
  const queries = useQueryClient()
  const [gone, setGone] = useState(0)
  const stopping = useRef<AbortController>(undefined)
  const restoring = useMutation<Status | undefined, ApiFault, Chosen>({
    networkMode: 'always',
    mutationFn: async ({ file, passphrase }) => {
      const stop = new AbortController()
      stopping.current = stop
      setGone(0)
      try {
        return await link.restore(file, passphrase, { signal: stop.signal, onProgress: setGone })
      } catch (error) {
        if (stop.signal.aborted) return undefined
        throw error
      }
    },
    onSuccess: (status) => {
      if (status !== undefined) queries.setQueryData(['status', {}], status)
    },
  })
  // Who goes back to the beginning does not want it any more.
  useEffect(() => () => stopping.current?.abort(), [])
  return {
    restore: (file: File, passphrase: string) => restoring.mutate({ file, passphrase }),
    cancel: () => stopping.current?.abort(),
    /** Bytes that the device took. */
    gone,
    isRestoring: restoring.isPending,
    isCanceled: restoring.isSuccess && restoring.data === undefined,
    fault: restoring.error,
  }
}
