import { useEffect } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { CircleDetail } from '@triode/api'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { NetworkGraph } from './NetworkGraph.tsx'
import { NetworkTable } from './NetworkTable.tsx'

/** Connections come and go by events; a round trip is measured anew without one. */
const LOOK_MS = 5_000

/** The circle as it is right now, so that anyone can see that nothing stands in the middle. */
export function Network({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { circle, device } = detail
  const members = useRoute('members', { circle })
  const peers = useRoute('peers', { circle })
  useLooking(circle)
  if (members.data === undefined || peers.data === undefined)
    return members.error === null && peers.error === null ? (
      <Loading />
    ) : (
      <FaultNote fault={members.error ?? peers.error} />
    )
  const seen = { members: members.data.members, peers: peers.data.peers, self: device }
  const others = seen.members.flatMap(({ devices }) => devices).length - 1
  return (
    <div className="part wide">
      <p>{t('network.text')}</p>
      <p role="status">
        <strong>{t('network.count', { count: seen.peers.length, of: Math.max(0, others) })}</strong>
      </p>
      {others > 0 ? (
        <>
          <NetworkGraph {...seen} />
          <NetworkTable {...seen} />
        </>
      ) : (
        <p className="quiet">{t('network.alone')}</p>
      )}
    </div>
  )
}

function useLooking(circle: string): void {
  const queries = useQueryClient()
  useEffect(() => {
    const timer = setInterval(
      () => void queries.invalidateQueries({ queryKey: ['peers', { circle }] }),
      LOOK_MS,
    )
    return () => clearInterval(timer)
  }, [queries, circle])
}
