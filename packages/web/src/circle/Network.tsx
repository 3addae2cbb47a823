import type { CircleDetail } from '@triode/api'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { NetworkGraph } from './NetworkGraph.tsx'
import { NetworkTable } from './NetworkTable.tsx'
import { selector } from './Policies.tsx'
import { ToldTable } from './ToldTable.tsx'
import { useLooking } from './useLooking.ts'

/** The circle as it is right now, so that anyone can see that nothing stands in the middle. */
export function Network({ detail: { circle } }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { data, error } = useRoute('network', { circle })
  const nameOf = useMemberName(circle)
  useLooking('network', circle)
  if (data === undefined) return error === null ? <Loading /> : <FaultNote fault={error} act="look" />
  const others = data.devices.filter(({ self }) => !self)
  const linked = others.filter(({ link }) => link !== undefined).length
  return (
    <div className="part wide">
      <p>{t('network.text')}</p>
      <p role="status">
        <strong>{t('network.count', { count: linked, of: others.length })}</strong>
      </p>
      {others.length === 0 ? (
        <p className="quiet">{t('network.alone')}</p>
      ) : (
        <>
          <NetworkGraph devices={data.devices} links={data.links} nameOf={nameOf} />
          <NetworkTable devices={data.devices} nameOf={nameOf} />
          <ToldTable view={data} nameOf={nameOf} />
          <p className="small quiet">
            {t('network.counts')} {t('network.known', { known: selector(data.known) })}
          </p>
        </>
      )}
    </div>
  )
}
