import { useState, type SubmitEvent } from 'react'
import type { Channel } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Switch } from '../design/Switch.tsx'
import { TextField } from '../design/TextField.tsx'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'

type Dht = NonNullable<Channel['dht']>

/** Where a DHT is entered, beside the devices of circles that serve; nothing is sent before it is saved. */
export function DhtNodes({ channel: { name, state, dht } }: { readonly channel: Channel }) {
  if (dht === undefined || state === 'off') return null
  return <Form key={JSON.stringify(dht)} name={name} dht={dht} />
}

function Form({ name, dht }: { readonly name: string; readonly dht: Dht }) {
  const { t } = useTexts()
  const set = useAct('setChannel')
  const [nodes, setNodes] = useState(dht.nodes.join(' '))
  const [publicNodes, setPublicNodes] = useState(dht.publicNodes)
  const [serve, setServe] = useState(dht.serve ?? '')
  const wanted: Dht = {
    nodes: nodes.split(/[\s,]+/u).filter((one) => one !== ''),
    publicNodes,
    ...(serve.trim() !== '' && { serve: serve.trim() }),
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    // What it shows stands above, and beside the switch.
    set.mutate({ name, on: true, told: true, dht: wanted })
  }
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label={t('dht.nodes')}
        hint={t('dht.nodes.hint')}
        value={nodes}
        onChange={setNodes}
        autoComplete="off"
      />
      <TextField
        label={t('dht.serve')}
        hint={t('dht.serve.hint')}
        value={serve}
        onChange={setServe}
        autoComplete="off"
      />
      <Switch isSelected={publicNodes} onChange={setPublicNodes}>
        {t('dht.public')}
      </Switch>
      <p className="quiet">{t('dht.public.reveals')}</p>
      <FaultNote fault={set.error} act="setting" />
      {!alike(wanted, dht) && (
        <div>
          <Button type="submit" isPending={set.isPending}>
            {t('action.save')}
          </Button>
        </div>
      )}
    </form>
  )
}

function alike(one: Dht, other: Dht): boolean {
  return (
    one.nodes.join(' ') === other.nodes.join(' ') &&
    one.publicNodes === other.publicNodes &&
    one.serve === other.serve
  )
}
