import type { Status } from '@triode/api'
import { CopyButton } from '../design/CopyButton.tsx'
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
      <Group title={t('about.diagnostics')} text={t('about.diagnostics.text')}>
        <pre className="diagnostics code" tabIndex={0} aria-label={t('about.diagnostics')}>
          {diagnosticsOf(status)}
        </pre>
        <div>
          <CopyButton text={diagnosticsOf(status)} label={t('about.copy')} />
        </div>
      </Group>
    </>
  )
}

/** Versions, states and counts alone: no name, id, address or folder. */
function diagnosticsOf({ version, state, circles, tunnels, channels, vault, warnings }: Status): string {
  return JSON.stringify(
    {
      version,
      state,
      circles,
      tunnels,
      channels: channels.map(({ name, state: one, addresses }) => ({
        name,
        state: one,
        addresses: addresses.length,
      })),
      vault,
      warnings: warnings?.map(({ code }) => code) ?? [],
      browser: navigator.userAgent,
      languages: navigator.languages,
      screen: { width: innerWidth, height: innerHeight, ratio: devicePixelRatio },
    },
    null,
    2,
  )
}
