import { useQueryClient } from '@tanstack/react-query'
import type { Status } from '@triode/api'

/** Several routes answer with the state of the device: that is what is known from then on. */
export function useStatusKept(): (status: Status) => void {
  const queries = useQueryClient()
  return (status) => {
    queries.setQueryData(['status', {}], status)
  }
}
