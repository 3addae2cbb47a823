import { lazy, Suspense, useState } from 'react'
import { useTexts } from '../i18n/context.ts'
import type { PalettePlaces } from './places.ts'
import { useCommand } from './useCommand.ts'
import { useKeys } from './useKeys.ts'

const Palette = lazy(async () => ({ default: (await import('./Palette.tsx')).Palette }))
const ShortcutSheet = lazy(async () => ({ default: (await import('./ShortcutSheet.tsx')).ShortcutSheet }))

/** The palette and the sheet of shortcuts, each opened by a command; and the ear for the keys of all commands. */
export function Palettes({ circles, conversations }: PalettePlaces) {
  const { t } = useTexts()
  const [open, setOpen] = useState<'palette' | 'sheet'>()
  useKeys()
  useCommand({
    id: 'palette',
    group: 'go',
    title: t('command.palette'),
    keys: 'Mod+K',
    run: () => setOpen('palette'),
  })
  useCommand({
    id: 'sheet',
    group: 'device',
    title: t('command.sheet'),
    keys: '?',
    run: () => setOpen('sheet'),
  })
  const close = () => setOpen(undefined)
  return (
    <Suspense fallback={null}>
      {open === 'palette' && <Palette circles={circles} conversations={conversations} onClose={close} />}
      {open === 'sheet' && <ShortcutSheet onClose={close} />}
    </Suspense>
  )
}
