/** What a circle asks of its devices: the one table of policies (spec §5.11). A later version may know more keys. */
import { MAX_POLICY_LENGTH } from './spec.ts'

interface PolicyTerms {
  /** The most restrictive first: of two concurrent values the earlier one in this list counts (spec §5.6). */
  readonly values: readonly string[]
  /** What counts while nobody has set it. */
  readonly default: string
}

export const POLICIES = {
  /** What of the past a device admitted later gets. */
  history: { values: ['none', 'since-joining', 'all'], default: 'since-joining' },
  /** How many, the author included, must agree to a destructive act: see agreement.ts. */
  approvals: { values: ['8', '7', '6', '5', '4', '3', '2', '1'], default: '1' },
  /** What a removed device does with what it has. */
  'removed-history': { values: ['erase', 'keep'], default: 'keep' },
  /** Whether a face may show who wrote and what outside of itself, where a system shows and keeps it. */
  notifications: { values: ['hidden', 'as-chosen'], default: 'as-chosen' },
  /** To whom devices tell which links they have now. */
  links: { values: ['none', 'members'], default: 'members' },
  /** Whether keepers may hold files too, or messages alone. */
  'kept-files': { values: ['none', 'all'], default: 'all' },
  /** Whose links a device hands on. */
  forwarding: { values: ['none', 'members'], default: 'members' },
  /** Whether a device may have its router let calls in, where a person chose that. */
  'port-mapping': { values: ['none', 'as-chosen'], default: 'as-chosen' },
} as const satisfies Record<string, PolicyTerms>

export type PolicyKey = keyof typeof POLICIES
export type PolicyValue<K extends PolicyKey> = (typeof POLICIES)[K]['values'][number]

/** Of a circle: what was set by entries with an effect; keys of later versions included. */
export type Policies = ReadonlyMap<string, string>

export function isPolicyKey(key: string): key is PolicyKey {
  return Object.hasOwn(POLICIES, key)
}

/** What a policy comes to: as it was set, else its default. */
export function policyOf<K extends PolicyKey>(policies: Policies, key: K): PolicyValue<K> {
  const terms: PolicyTerms = POLICIES[key]
  const value = policies.get(key)
  return (value !== undefined && terms.values.includes(value) ? value : terms.default) as PolicyValue<K>
}

/** Whether `value` may be set: anything for a key of a later version. */
export function mayBePolicy(key: string, value: string): boolean {
  return !isPolicyKey(key) || (POLICIES[key].values as readonly string[]).includes(value)
}

/** Of several allowed values of a known key the most restrictive one. @throws RangeError on an empty list */
export function strictest(key: PolicyKey, values: readonly string[]): string {
  const order: readonly string[] = POLICIES[key].values
  const strict = order[values.reduce((least, value) => Math.min(least, order.indexOf(value)), order.length)]
  if (strict === undefined) throw new RangeError('no values to choose from')
  return strict
}

/** Keys and values on the wire: small letters, digits and hyphens. */
export function isPolicyText(text: string): boolean {
  return text.length > 0 && text.length <= MAX_POLICY_LENGTH && /^[a-z0-9-]+$/.test(text)
}
