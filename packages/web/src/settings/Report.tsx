import { CopyButton } from '../design/CopyButton.tsx'
import { useTexts, type Texts } from '../i18n/context.ts'
import { DEVICE_WORDS } from '../i18n/direction.ts'
import { useDeviceWords } from '../i18n/words/context.ts'
import { channelName } from './channelName.ts'
import { reportLine, type ReportLine } from './report.ts'
import '../design/more.css'

/** What is handed on, told in the language of the reader; and the text itself, which is English for whoever gets it. */
export function Report({ text }: { readonly text: string }) {
  const { t } = useTexts()
  return (
    <>
      <dl className="facts">
        {text
          .trimEnd()
          .split('\n')
          .map((line, index) => (
            <Line key={`${index}-${line}`} text={line} />
          ))}
      </dl>
      <details className="more">
        <summary>{t('report.text')}</summary>
        <pre
          className="diagnostics code"
          tabIndex={0}
          role="group"
          aria-label={t('report.text')}
          {...DEVICE_WORDS}
        >
          {text}
        </pre>
      </details>
      <div>
        <CopyButton text={text} label={t('about.copy')} />
      </div>
    </>
  )
}

function Line({ text }: { readonly text: string }) {
  const { t } = useTexts()
  const { said } = useDeviceWords()
  const line = reportLine(text)
  if (line === undefined)
    return (
      <div>
        <dt>{t('report.other')}</dt>
        <dd {...DEVICE_WORDS}>{text}</dd>
      </div>
    )
  const { state, code, rest } = line
  const told = code === undefined ? undefined : said({ code, message: code })
  const terms = [code, rest].filter((one) => one !== undefined && one !== '').join(', ')
  return (
    <div>
      <dt>{headOf(t, line)}</dt>
      <dd>
        {state !== undefined && <p>{t('report.state', { state })}</p>}
        {told?.isOurs === true && <p>{told.message}</p>}
        {terms !== '' && (
          <p className="small quiet" {...DEVICE_WORDS}>
            {terms}
          </p>
        )}
      </dd>
    </div>
  )
}

function headOf(t: Texts['t'], { part, about = '' }: ReportLine): string {
  const name = part === 'channel' || part === 'tunnel' ? channelName(t, about) : about
  return t(`report.${part}`, { name })
}
