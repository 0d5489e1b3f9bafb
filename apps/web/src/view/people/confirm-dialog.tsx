import { usePeopleWords } from './account-context.ts'
import { QuestionDialog, type QuestionDialogProps } from './question-dialog.tsx'

export type ConfirmDialogProps = Omit<QuestionDialogProps, 'cancel'>

/** Asks before something that can't be undone, in the words of the account pages. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return <QuestionDialog {...props} cancel={usePeopleWords().cancel} />
}
