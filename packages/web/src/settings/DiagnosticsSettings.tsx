import { useQuery } from '@tanstack/react-query'
import type { ApiFault, Output } from '@triode/api'
import { FaultNote } from '../design/Note.tsx'
import { useClient } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { Doctor } from './Doctor.tsx'
import { Group } from './Group.tsx'
import { Report } from './Report.tsx'

/** What works of reaching others, and a report for whoever is asked for help. */
export function DiagnosticsSettings() {
  return (
    <>
      <Doctor />
      <HandOn />
    </>
  )
}

/** What the device tells of itself without naming anybody. */
function HandOn() {
  const { t } = useTexts()
  const client = useClient()
  const { data, error } = useQuery<Output<'diagnostics'>, ApiFault>({
    queryKey: ['diagnostics', {}],
    queryFn: ({ signal }) => client.diagnostics({}, { signal }),
    staleTime: 0,
  })
  return (
    <Group title={t('about.diagnostics')} text={t('about.diagnostics.text')}>
      <FaultNote fault={error} act="look" />
      {data !== undefined && <Report text={`${data.text.trimEnd()}\n${browserLine()}\n`} />}
    </Group>
  )
}

/** What the device can't know. */
function browserLine(): string {
  return `page: ${innerWidth}x${innerHeight} px at ${devicePixelRatio}, ${navigator.userAgent}`
}
