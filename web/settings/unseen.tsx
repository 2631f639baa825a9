// In the place of settings, for whoever may not change them: what a white-list holds is no business of those it keeps out.
import { Note } from '../controls/note.tsx'

export function Unseen() {
  return <Note title="Not shown to you">These settings are shown to those who may change them: administrators, and people with the right to manage settings. What holds for you is said where you meet it.</Note>
}
