/** Each part of each circle by name, wherever one is. */
import type { Circle } from '@triode/api'
import { CIRCLE_PARTS, go, PATHS } from '../app/route.ts'
import { useTexts } from '../i18n/context.ts'
import type { Command } from '../palette/registry.ts'

export function useCirclePartCommands(circles: readonly Circle[]): readonly Command[] {
  const { t } = useTexts()
  return circles.flatMap(({ circle, name }) =>
    CIRCLE_PARTS.map((part) => ({
      id: `circle.${circle}.${part}`,
      group: 'circle',
      title: t('circle.part', { circle: name, part: t(`circle.${part}`) }),
      run: () => go(PATHS.circlePart(circle, part)),
    })),
  )
}
