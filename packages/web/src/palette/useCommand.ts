import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { createRegistry, type Command, type Registry } from './registry.ts'

export const CommandsContext = createContext<Registry>(createRegistry())

/** Offers a command while the component stands; `run` need not be stable. Undefined offers none. */
export function useCommand(command: Command | undefined): void {
  const registry = use(CommandsContext)
  const run = useEffectEvent(() => command?.run())
  const { id, group, title, words, keys, isKeyOnly } = command ?? {}
  useEffect(() => {
    if (id === undefined || group === undefined || title === undefined) return
    return registry.add({
      id,
      group,
      title,
      ...(words !== undefined && { words }),
      ...(keys !== undefined && { keys }),
      ...(isKeyOnly !== undefined && { isKeyOnly }),
      run: () => {
        run()
      },
    })
  }, [registry, id, group, title, words, keys, isKeyOnly])
}

/** Several at once, offered anew where their words change. */
export function useCommandList(commands: readonly Command[]): void {
  const { add } = use(CommandsContext)
  const run = useEffectEvent((id: string) => commands.find((command) => command.id === id)?.run())
  const words = commands.map(({ id, title }) => `${id} ${title}`).join('\n')
  const current = useEffectEvent(() => commands)
  useEffect(() => {
    const taken = current().map((command) => add({ ...command, run: () => run(command.id) }))
    return () => {
      for (const take of taken) take()
    }
  }, [add, words])
}

/** Every command that is offered now. */
export function useCommands(): readonly Command[] {
  const { commands, onChange } = use(CommandsContext)
  return useSyncExternalStore(onChange, commands)
}
