import { Lock, MessagesSquare, Plus, Settings } from 'lucide-react'
import type { Circle } from '@triode/api'
import { Tooltip, TooltipTrigger, ToggleButton } from 'react-aria-components'
import { Avatar } from '../design/Avatar.tsx'
import { IconButton } from '../design/IconButton.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { go, PATHS, type Route } from './route.ts'

export interface RailProps {
  readonly circles: readonly Circle[]
  readonly unread: ReadonlyMap<string, number>
  readonly chosen: string | undefined
  readonly screen: Route['screen']
  readonly onChoose: (circle: string | undefined) => void
}

/** The circles of this device, one of which the list may be narrowed to, and what concerns the device itself. */
export function Rail({ circles, unread, chosen, screen, onChoose }: RailProps) {
  const { t } = useTexts()
  const lock = useAct('lock', { remark: 'lock' })
  return (
    <nav className="rail" aria-label={t('rail.label')}>
      <ul className="rail-circles">
        <li>
          <CircleButton
            name={t('list.all')}
            unread={0}
            isChosen={chosen === undefined}
            onChoose={() => onChoose(undefined)}
          />
        </li>
        {circles.map(({ circle, name }) => (
          <li key={circle}>
            <CircleButton
              id={circle}
              name={name}
              unread={unread.get(circle) ?? 0}
              isChosen={chosen === circle}
              onChoose={() => onChoose(circle)}
            />
          </li>
        ))}
      </ul>
      <div className="rail-tools">
        <IconButton
          icon={Plus}
          label={t('nav.new')}
          onPress={() => go(PATHS.start())}
          data-current={screen === 'start' || undefined}
        />
        <IconButton
          icon={Settings}
          label={t('nav.settings')}
          onPress={() => go(PATHS.settings())}
          data-current={screen === 'settings' || undefined}
        />
        <IconButton icon={Lock} label={t('nav.lock')} onPress={() => lock.mutate({})} />
      </div>
    </nav>
  )
}

interface CircleButtonProps {
  /** Undefined stands for all of them. */
  readonly id?: string
  readonly name: string
  readonly unread: number
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function CircleButton({ id, name, unread, isChosen, onChoose }: CircleButtonProps) {
  const { t, formatNumber } = useTexts()
  const label = unread > 0 ? t('rail.unread', { name, count: unread }) : name
  return (
    <TooltipTrigger delay={500}>
      <ToggleButton className="rail-circle" isSelected={isChosen} onPress={onChoose}>
        {id === undefined ? (
          <MessagesSquare size={22} aria-hidden />
        ) : (
          <Avatar id={id} name={name} shape="square" size="small" />
        )}
        <bdi className="visually-hidden">{label}</bdi>
        {unread > 0 && (
          <span className="badge rail-unread" aria-hidden>
            {formatNumber(Math.min(unread, MOST_SHOWN))}
            {unread > MOST_SHOWN && '+'}
          </span>
        )}
      </ToggleButton>
      <Tooltip className="tooltip" placement="end" offset={8}>
        {name}
      </Tooltip>
    </TooltipTrigger>
  )
}

/** A badge has room for two digits. */
const MOST_SHOWN = 99
