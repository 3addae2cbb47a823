import { useQuery } from '@tanstack/react-query'
import type { ApiFault, Output } from '@triode/api'
import { CopyButton } from '../design/CopyButton.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useClient } from '../device/context.ts'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { Group } from './Group.tsx'

/** Which version this is, and what helps whoever is asked for help. */
export function AboutSettings() {
  const { t, formatNumber } = useTexts()
  const { data: status } = useRoute('status', {})
  if (status === undefined) return null
  const facts = [
    [t('about.version'), status.version],
    [t('about.folder'), status.home],
    ...(status.vault === undefined ? [] : [[t('about.kdf'), status.vault.kdf]]),
    [t('about.circles'), formatNumber(status.circles)],
    [t('about.tunnels'), formatNumber(status.tunnels)],
  ]
  return (
    <>
      <Group title={t('app.name')} text={t('about.licence')}>
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      </Group>
      <Diagnostics />
    </>
  )
}

/** What the device tells of itself without naming anybody; it says so in English, for whoever gets it. */
function Diagnostics() {
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
      <FaultNote fault={error} />
      {text !== undefined && (
        <>
          <pre className="diagnostics code" tabIndex={0} aria-label={t('about.diagnostics')} lang="en">
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
