/** The reactions offered; any other can come from another device. */
import type { MessageKey } from '../i18n/catalog.ts'

export const EMOJI = {
  '👍': 'emoji.thumbs-up',
  '❤️': 'emoji.heart',
  '😂': 'emoji.joy',
  '😮': 'emoji.surprised',
  '😢': 'emoji.sad',
  '🙏': 'emoji.thanks',
  '👎': 'emoji.thumbs-down',
  '✅': 'emoji.done',
  '👀': 'emoji.looking',
  '🎉': 'emoji.celebrate',
  '🔥': 'emoji.fire',
  '👏': 'emoji.clapping',
  '🤔': 'emoji.thinking',
  '🙂': 'emoji.smile',
  '😉': 'emoji.wink',
  '😡': 'emoji.angry',
  '🤝': 'emoji.agreed',
  '💡': 'emoji.idea',
  '❓': 'emoji.question',
  '❗': 'emoji.important',
  '☕': 'emoji.coffee',
  '🚀': 'emoji.rocket',
  '💯': 'emoji.hundred',
  '👋': 'emoji.wave',
} as const satisfies Readonly<Record<string, MessageKey>>

/** Its name; undefined for one that has none here. Others react with any text, such as `constructor`. */
export function emojiName(emoji: string): MessageKey | undefined {
  return Object.hasOwn(EMOJI, emoji) ? EMOJI[emoji as keyof typeof EMOJI] : undefined
}
