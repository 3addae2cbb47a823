import { useState } from 'react'
import { useQueries } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  TextField,
} from 'react-aria-components'
import type { Circle, Member } from '@triode/api'
import { useClient } from '../device/context.ts'
import { Keys } from '../design/Keys.tsx'
import { useTexts } from '../i18n/context.ts'
import './palette.css'
import { atFirst, placesOf, type Entry, type PalettePlaces } from './places.ts'
import type { Command } from './registry.ts'
import { ranked } from './score.ts'
import { useCommands } from './useCommand.ts'

/** As many as one looks through; more letters narrow it down. */
const MAX_SHOWN = 50

export interface PaletteProps extends PalettePlaces {
  readonly onClose: () => void
}

/** One field in which one types where to go or what to do. */
export function Palette({ circles, conversations, onClose }: PaletteProps) {
  const { t } = useTexts()
  const [typed, setTyped] = useState('')
  const members = useMembersOf(circles)
  const commands = useCommands()
  const places = placesOf(t, { circles, conversations, members })
  const acts = commands.filter(({ id, isKeyOnly }) => id !== 'palette' && isKeyOnly !== true).map(entryOf)
  const shown =
    typed.trim() === ''
      ? atFirst(places, acts)
      : ranked(typed, [...places, ...acts], ({ title, words = '' }) => `${title} ${words}`)
  const items = shown.slice(0, MAX_SHOWN)
  const run = (id: unknown) => {
    onClose()
    items.find((item) => item.id === id)?.run()
  }
  return (
    <ModalOverlay
      className="modal-scrim palette-scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Modal className="modal palette">
        <Dialog className="palette-dialog" aria-label={t('palette.title')}>
          <Autocomplete inputValue={typed} onInputChange={setTyped}>
            <TextField className="palette-field" aria-label={t('palette.field')} autoFocus>
              <Search size={20} aria-hidden />
              <Input className="palette-input" placeholder={t('palette.field')} />
            </TextField>
            <Menu
              className="menu palette-results"
              aria-label={t('palette.results')}
              items={items}
              onAction={run}
              renderEmptyState={() => <p className="palette-none">{t('palette.none')}</p>}
            >
              {({ id, title, detail, keys }) => (
                <MenuItem id={id} textValue={title} className="menu-item palette-item">
                  <span className="palette-words">
                    <bdi>{title}</bdi>
                    {detail !== undefined && <bdi className="palette-detail">{detail}</bdi>}
                  </span>
                  {keys !== undefined && <Keys keys={keys} />}
                </MenuItem>
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function entryOf({ id, title, words, keys, run }: Command): Entry {
  return { id, title, ...(words !== undefined && { words }), ...(keys !== undefined && { keys }), run }
}

/** Of every circle: asked for when the palette opens, if nothing else did already. */
function useMembersOf(circles: readonly Circle[]): readonly Member[] {
  const client = useClient()
  return useQueries({
    queries: circles.map(({ circle }) => ({
      queryKey: ['members', { circle }],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => client.members({ circle }, { signal }),
    })),
    combine: (answers) => answers.flatMap(({ data }) => data?.members ?? []),
  })
}
