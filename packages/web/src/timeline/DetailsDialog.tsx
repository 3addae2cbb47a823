import { useSyncExternalStore } from 'react'
import type { Message, Output } from '@triode/api'
import { Modal } from '../design/Modal.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts, type Texts } from '../i18n/context.ts'
import { isMine } from './actions.ts'
import { DeliveryMark } from './MessageFoot.tsx'
import { usePeople, type People } from './people.ts'
import { useReach } from './reach.ts'
import type { TimelineStore } from './store.ts'

export interface DetailsDialogProps {
  readonly id: string
  readonly store: TimelineStore
  readonly onClose: () => void
}

/** Everything known of a message: when, by which device, how far it got, and what that means. It goes on as that changes. */
export function DetailsDialog({ id, store, onClose }: DetailsDialogProps) {
  const texts = useTexts()
  const people = usePeople()
  const { messages } = useSyncExternalStore(store.subscribe, store.snapshot)
  const message = messages.find((one) => one.id === id)
  if (message === undefined) return null
  const { t } = texts
  return (
    <Modal title={t('details.title')} isOpen onClose={onClose}>
      {isMine(message) && (
        <div className="details-state">
          <DeliveryMark message={message} isInFull />
          <HowFar message={message} />
        </div>
      )}
      {isMine(message) && message.kind === 'text' && !message.deleted && <Reached id={id} />}
      <dl className="details">
        {linesOf(message, texts, people).map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}

function HowFar({ message }: { readonly message: Message }) {
  const { t } = useTexts()
  return <p className="quiet">{t(`details.${useReach(message)}`)}</p>
}

/** Device by device: who has it, who read it, and for whom it waits. */
function Reached({ id }: { readonly id: string }) {
  const { t } = useTexts()
  const { nameOf } = usePeople()
  const { data, error } = useRoute('delivery', { id })
  if (data === undefined) return <FaultNote fault={error} act="look" />
  const { recipients, holders } = data
  return (
    <>
      {recipients.length > 0 && (
        <section className="reached">
          <h3>{t('details.people')}</h3>
          <ul>
            {recipients.map(({ member, name, devices, ...standing }) => (
              <li key={member} className="reached-one">
                <bdi>{nameOf(member, name)}</bdi>
                <Standing standing={standing} why={devices.find(({ why }) => why !== undefined)?.why} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {holders.length > 0 && (
        <section className="reached">
          <h3>{t('details.holders')}</h3>
          <ul>
            {holders.map(({ device, member, name, role, own, why, ...standing }) => (
              <li key={device} className="reached-one">
                <bdi>
                  {own || member === undefined
                    ? t('details.own', { id: device.slice(0, 6) })
                    : nameOf(member, name)}
                </bdi>
                {role === 'keeper' && <span className="tag">{t('role.keeper')}</span>}
                <Standing standing={standing} why={why} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

type Recipient = Output<'delivery'>['recipients'][number]

interface StandingProps {
  readonly standing: Pick<Recipient, 'state' | 'deliveredAt' | 'readAt'>
  readonly why: Recipient['devices'][number]['why']
}

function Standing({ standing: { state, deliveredAt, readAt }, why }: StandingProps) {
  const { t, formatMoment } = useTexts()
  const at = state === 'read' ? readAt : deliveredAt
  if (state === 'waiting')
    return (
      <span className="quiet small">
        {why === undefined ? t('details.people.waiting') : t(`details.why.${why}`)}
      </span>
    )
  const when = at === undefined ? '' : formatMoment(at)
  return <span className="quiet small">{t(`details.people.${state}`, { when })}</span>
}

type Line = readonly [term: string, value: string]

function linesOf(message: Message, { t, formatMoment }: Texts, { nameOf }: People): Line[] {
  const { at, receivedAt, editedAt, expiresAt, delivered, read, device, handedOverBy } = message
  const mine = isMine(message)
  const lines: (Line | false)[] = [
    [t('details.from'), mine ? t('message.me') : nameOf(message.from, message.fromName)],
    [t('details.at'), formatMoment(at)],
    message.atSuspect === true && [t('details.clock'), t('details.clock.wrong')],
    !mine && [t('details.arrived'), formatMoment(receivedAt)],
    editedAt !== undefined && [t('details.edited'), formatMoment(editedAt)],
    expiresAt !== undefined && [t('details.expires'), formatMoment(expiresAt)],
    mine && [t('details.reached'), t('details.tally', { ...delivered })],
    mine && [t('details.seen'), t('details.tally', { ...read })],
    [t('details.device'), device.slice(0, 12)],
    handedOverBy !== undefined && [t('details.handed'), handedOverBy.slice(0, 12)],
    message.unverified === true && [t('details.verified'), t('details.unverified')],
  ]
  return lines.filter((line) => line !== false)
}
