import { useQuery } from '@tanstack/react-query'
import type { ApiFault, Output } from '@triode/api'
import { CopyButton } from '../design/CopyButton.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useClient } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { Doctor } from './Doctor.tsx'
import { Group } from './Group.tsx'

/** What works of reaching others, and a report for whoever is asked for help. */
export function DiagnosticsSettings() {
  return (
    <>
      <Doctor />
      <Report />
    </>
  )
}

/** What the device tells of itself without naming anybody; it says so in English, for whoever gets it. */
function Report() {
  const { t } = useTexts()
  const client = useClient()
  const { data, error } = useQuery<Output<'diagnostics'>, ApiFault>({
    queryKey: ['diagnostics', {}],
    queryFn: ({ signal }) => client.diagnostics({}, { signal }),
    staleTime: 0,
  })
  const text = data === undefined ? undefined : `${data.text.trimEnd()}\n${browserLine()}\n`
  return (
    <Group title={t('about.diagnostics')} text={t('about.diagnostics.text')}>
      <FaultNote fault={error} act="look" />
      {text !== undefined && (
        <>
          <pre
            className="diagnostics code"
            tabIndex={0}
            aria-label={t('about.diagnostics')}
            lang="en"
            dir="ltr"
          >
            {text}
          </pre>
          <div>
            <CopyButton text={text} label={t('about.copy')} />
          </div>
        </>
      )}
    </Group>
  )
}

/** What the device can't know. */
function browserLine(): string {
  return `page: ${innerWidth}x${innerHeight} px at ${devicePixelRatio}, ${navigator.userAgent}`
}
