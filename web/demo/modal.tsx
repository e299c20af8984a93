/** The modal in front of the person, as Slack draws it: title, blocks, fields with what is wrong with them, and its two buttons. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { ActionRequest, DeskView, Done, FormValues } from '../../sim/desk/types.ts'
import { renderBlocks } from '../blocks/render.ts'
import { fieldsAt, isFields, stringAt } from '../blocks/shape.ts'
import type { BlockView } from '../blocks/view.ts'
import { Logo } from '../shared/logo.tsx'
import { pressIn } from './press.ts'

export function Modal(props: {
  readonly shown: DeskView
  readonly view: BlockView
  readonly onAction: (action: ActionRequest) => Promise<string>
  readonly onSubmit: (values: FormValues) => Promise<Done>
  readonly onClose: () => void
}) {
  const { shown, view, onAction, onSubmit, onClose } = props
  const dialog = useRef<HTMLDialogElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const [answer, setAnswer] = useState<Done>({ ok: true, error: '' })
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    // Not the button that closes it.
    content.current?.focus()
    return () => element?.close()
  }, [])
  // Another view: what was wrong with the one before is no longer of interest.
  const { id, hash } = shown
  const [seen, setSeen] = useState(`${id} ${hash}`)
  if (seen !== `${id} ${hash}`) {
    setSeen(`${id} ${hash}`)
    setAnswer({ ok: true, error: '' })
    setBusy(false)
  }

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setBusy(true)
    const done = await onSubmit(valuesIn(shown, new FormData(event.currentTarget)))
    setBusy(false)
    setAnswer(done)
    // As in Slack: the first field with a mistake comes into view.
    setTimeout(() => content.current?.querySelector('.bk-problem')?.scrollIntoView({ block: 'center' }))
  }
  const problems = answer.errors ?? {}
  return (
    <dialog
      className="modal"
      ref={dialog}
      aria-labelledby="modal-title"
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
    >
      <form className="modal-form" onSubmit={event => void submit(event)} noValidate>
        <header className="modal-head">
          <Logo className="face face-small" />
          <h2 id="modal-title">{shown.title}</h2>
          <button type="button" className="modal-close" aria-label="Close" onClick={onClose}>
            ×
          </button>
        </header>
        <div className="modal-body" ref={content} tabIndex={-1}>
          {renderBlocks(shown.blocks, {
            ...view,
            problems,
            onAction: action => void onAction({ on: 'view', view: id, ...pressIn(action) }),
          })}
        </div>
        {answer.error !== '' && (
          <p className="problem modal-problem" role="alert">
            {answer.error}
          </p>
        )}
        {Object.keys(problems).length > 0 && (
          <p className="problem modal-problem" role="alert">
            Not saved: see the fields marked in red.
          </p>
        )}
        <footer className="modal-foot">
          <button type="button" className="bk-button" onClick={onClose}>
            {shown.close || 'Close'}
          </button>
          {shown.submit !== '' && (
            <button type="submit" className="bk-button bk-primary" disabled={busy}>
              {shown.submit}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  )
}

/** What is in the fields, by `action_id`, as Slack would send it. */
function valuesIn(shown: DeskView, data: FormData): FormValues {
  const elements = shown.blocks
    .filter(isFields)
    .filter(block => block['type'] === 'input')
    .map(block => fieldsAt(block, 'element'))
  return Object.fromEntries(
    elements.map(element => {
      const name = stringAt(element, 'action_id')
      const given = data.getAll(name).filter(value => typeof value === 'string')
      return [name, element['type'] === 'checkboxes' ? given : given[0] || null]
    }),
  )
}
