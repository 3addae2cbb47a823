import { Lock, Plus, Settings } from 'lucide-react'
import type { Circle } from '@triode/api'
import { Avatar } from '../design/Avatar.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { go, PATHS } from './route.ts'

/** The circles of this device, and what concerns the device itself. */
export function Rail({ circles }: { readonly circles: readonly Circle[] }) {
  const { t } = useTexts()
  const lock = useAct('lock')
  return (
    <nav className="rail" aria-label={t('nav.circles')}>
      <ul className="rail-circles">
        {circles.map(({ circle, name, unread }) => (
          <li key={circle}>
            <a
              className="rail-circle"
              href={PATHS.circle(circle)}
              onClick={(event) => {
                event.preventDefault()
                go(PATHS.circle(circle))
              }}
            >
              <Avatar id={circle} name={name} shape="square" />
              <span className="visually-hidden">{name}</span>
              {unread > 0 && <span className="badge rail-unread">{unread}</span>}
            </a>
          </li>
        ))}
      </ul>
      <div className="rail-tools">
        <IconButton icon={Plus} label={t('nav.new')} onPress={() => go(PATHS.start())} />
        <IconButton icon={Settings} label={t('nav.settings')} onPress={() => go(PATHS.settings())} />
        <IconButton icon={Lock} label={t('nav.lock')} onPress={() => lock.mutate({})} />
      </div>
    </nav>
  )
}
