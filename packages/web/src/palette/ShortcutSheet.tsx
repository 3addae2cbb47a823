import { Keys } from '../design/Keys.tsx'
import { Modal } from '../design/Modal.tsx'
import { useTexts } from '../i18n/context.ts'
import './palette.css'
import { COMMAND_GROUPS } from './registry.ts'
import { useCommands } from './useCommand.ts'

/** Every command that has keys, by group. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTexts()
  const commands = useCommands()
  const withKeys = commands.filter(({ keys }) => keys !== undefined)
  return (
    <Modal title={t('sheet.title')} isOpen onClose={onClose} width="wide">
      <div className="sheet">
        {COMMAND_GROUPS.map((group) => {
          const ofGroup = withKeys.filter((command) => command.group === group)
          if (ofGroup.length === 0) return null
          return (
            <section key={group}>
              <h3>{t(`group.${group}`)}</h3>
              <dl className="sheet-keys">
                {ofGroup.map(({ id, title, keys = '' }) => (
                  <div key={id}>
                    <dt>{title}</dt>
                    <dd>
                      <Keys keys={keys} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
      </div>
      <p className="quiet small">{t('sheet.single')}</p>
    </Modal>
  )
}
