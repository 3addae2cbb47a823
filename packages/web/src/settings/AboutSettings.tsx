import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { Group } from './Group.tsx'

/** Which version this is. */
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
  )
}
