import type { File } from '@triode/api'
import type { Texts } from '../i18n/context.ts'

/** "3.1 MB of 20 MB · 1.2 MB/s · 14 sec left · from 2 devices · Bob sends nothing" */
export function progressWords(
  {
    have,
    size,
    rate,
    secondsLeft,
    sources,
  }: Pick<File, 'have' | 'size' | 'rate' | 'secondsLeft' | 'sources'>,
  {
    t,
    formatBytes,
    formatRate,
    formatDuration,
    formatList,
  }: Pick<Texts, 't' | 'formatBytes' | 'formatRate' | 'formatDuration' | 'formatList'>,
  nameOf: (source: File['sources'][number]) => string,
): string {
  const silent = sources.filter(({ isSilent }) => isSilent)
  // Several devices of one member are one name.
  const names = [...new Set(silent.map(nameOf))]
  const parts = [
    t('files.progress', { have: formatBytes(have), size: formatBytes(size) }),
    rate !== undefined && rate > 0 && formatRate(rate),
    secondsLeft !== undefined && t('files.left', { duration: formatDuration(secondsLeft * 1_000) }),
    sources.length > 1 && t('files.sources', { count: sources.length }),
    names.length > 0 && t('files.silent', { count: names.length, names: formatList(names) }),
  ]
  return parts.filter((part) => part !== false).join(' · ')
}
