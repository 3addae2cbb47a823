import { Hash } from 'lucide-react'
import type { CircleDetail } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { CreateRoom } from './CreateRoom.tsx'
import { mayCreateRoom } from './rights.ts'

/** Conversations of some of the circle. One sees those that one is in: of others not even that they exist. */
export function Rooms({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { circle, role, standing } = detail
  const { data } = useRoute('conversations', {})
  const rooms = (data?.conversations ?? []).filter((one) => one.circle === circle && one.kind === 'room')
  return (
    <div className="part">
      <p className="quiet">{t('rooms.text')}</p>
      {data !== undefined && rooms.length === 0 && <p>{t('rooms.empty')}</p>}
      <ul className="entries">
        {rooms.map(({ conversation, name, members }) => (
          <li className="entry" key={conversation}>
            <Hash size={20} aria-hidden />
            <div className="entry-words">
              <h2 className="entry-title">{name}</h2>
              <p className="small quiet">{t('rooms.members', { count: members.length })}</p>
            </div>
            <Button
              aria-label={t('rooms.open.which', { name })}
              onPress={() => go(PATHS.conversation(conversation))}
            >
              {t('rooms.open')}
            </Button>
          </li>
        ))}
      </ul>
      {standing === undefined && mayCreateRoom(role) && <CreateRoom circle={circle} />}
    </div>
  )
}
