/**
 * Everything one can do by name or by key, in one place: the palette, the sheet of shortcuts and the handler of keys all
 * read it. Parts of the page add what they offer while they are shown, through `useCommand`.
 */

/** In the order in which the sheet and the palette show them. */
export const COMMAND_GROUPS = ['go', 'conversation', 'message', 'circle', 'device', 'look'] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

export interface Command {
  /** Stable: `lock`, `conversation.mute` */
  readonly id: string
  readonly group: CommandGroup
  /** What it does, in the language of the reader. */
  readonly title: string
  /** Other words by which one may look for it. */
  readonly words?: string
  /** `Mod+K` (Ctrl, on a Mac Command), `Alt+ArrowUp`, `?`. One without Ctrl, Alt or Command is dead while one types. */
  readonly keys?: string
  /** Known by its keys alone: not in the palette. */
  readonly isKeyOnly?: boolean
  readonly run: () => void
}

export interface Registry {
  /** The one added last wins where two share an id or keys. @returns what takes it out */
  readonly add: (command: Command) => () => void
  /** The same array until something changes. */
  readonly commands: () => readonly Command[]
  /** @returns what ends it */
  readonly onChange: (changed: () => void) => () => void
}

export function createRegistry(): Registry {
  const added = new Set<Command>()
  const watchers = new Set<() => void>()
  let sorted: readonly Command[] = []
  const change = () => {
    sorted = inOrder(added)
    for (const watcher of watchers) watcher()
  }
  return {
    add: (command) => {
      added.add(command)
      change()
      return () => {
        if (added.delete(command)) change()
      }
    },
    commands: () => sorted,
    onChange: (changed) => {
      watchers.add(changed)
      return () => void watchers.delete(changed)
    },
  }
}

/** By group, then as they came; of two with one id the later. */
function inOrder(added: ReadonlySet<Command>): readonly Command[] {
  const byId = new Map<string, Command>()
  for (const command of added) byId.set(command.id, command)
  return [...byId.values()].sort(
    (one, other) => COMMAND_GROUPS.indexOf(one.group) - COMMAND_GROUPS.indexOf(other.group),
  )
}
