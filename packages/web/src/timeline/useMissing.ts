import { useQueries } from '@tanstack/react-query'
import type { ApiFault, File, FileSummary, Message } from '@triode/api'
import { useClient } from '../device/context.ts'

/** Files of these messages that are not wholly on this device, each once: what is known of them, and it is said anew when that changes. */
export function useMissing(messages: readonly Message[]): ReadonlyMap<string, FileSummary | File> {
  const client = useClient()
  const files = new Map(messages.flatMap((message) => message.files.map((file) => [file.id, file] as const)))
  const known = useQueries({
    queries: [...files.keys()].map((id) => ({
      queryKey: ['file', { id }],
      queryFn: () => client.file({ id }),
      networkMode: 'always' as const,
    })),
    combine: (results) => results.map(({ data, error }) => ({ data, error: error as ApiFault | null })),
  })
  const all = [...files].map(([id, file], at) => [id, known[at]?.data ?? file] as const)
  return new Map(all.filter(([, file]) => !('state' in file) || file.state !== 'complete'))
}
