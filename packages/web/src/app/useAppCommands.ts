import type { Circle } from '@triode/api'
import { chooseTheme, THEMES } from '../design/theme.ts'
import { useCirclePartCommands } from '../circle/circleCommands.ts'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import type { Command } from '../palette/registry.ts'
import { useCommand, useCommandList } from '../palette/useCommand.ts'
import { go, PATHS, SETTINGS_PARTS } from './route.ts'

/** Alt+1 to Alt+9. */
const MAX_NUMBERED = 9

/** What one can do wherever one is. */
export function useAppCommands(
  circles: readonly Circle[],
  switchCircle: (circle: string | undefined) => void,
): void {
  const { t } = useTexts()
  const lock = useAct('lock', { remark: 'lock' })
  useCommand({
    id: 'home',
    group: 'go',
    title: t('command.home'),
    keys: 'Alt+0',
    run: () => switchCircle(undefined),
  })
  useCommand({ id: 'start', group: 'go', title: t('command.start'), run: () => go(PATHS.start()) })
  useCommand({
    id: 'lock',
    group: 'device',
    title: t('command.lock'),
    words: t('command.words.lock'),
    keys: 'Mod+Shift+L',
    run: () => lock.mutate({}),
  })
  useCommandList([
    ...useCircleCommands(circles, switchCircle),
    ...useCirclePartCommands(circles),
    ...useSettingsCommands(),
    ...useThemeCommands(),
  ])
}

function useCircleCommands(
  circles: readonly Circle[],
  switchCircle: (circle: string | undefined) => void,
): readonly Command[] {
  const { t } = useTexts()
  return circles.slice(0, MAX_NUMBERED).map(({ circle, name }, index) => ({
    id: `circle.${index + 1}`,
    group: 'go',
    title: t('command.circle', { number: index + 1, name }),
    keys: `Alt+${index + 1}`,
    isKeyOnly: true,
    run: () => switchCircle(circle),
  }))
}

function useSettingsCommands(): readonly Command[] {
  const { t } = useTexts()
  return SETTINGS_PARTS.map((part) => ({
    id: `settings.${part}`,
    group: 'device',
    title: t('command.settings', { name: t(`settings.${part}`) }),
    words: t('command.words.settings'),
    ...(part === 'device' && { keys: 'Mod+,' }),
    run: () => go(PATHS.settings(part)),
  }))
}

function useThemeCommands(): readonly Command[] {
  const { t } = useTexts()
  return THEMES.map((theme) => ({
    id: `theme.${theme}`,
    group: 'look',
    title: t('command.theme', { name: t(`look.theme.${theme}`) }),
    words: t('command.words.theme'),
    run: () => chooseTheme(theme),
  }))
}
