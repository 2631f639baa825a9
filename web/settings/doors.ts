// Where a setting holds, in words: at the doors its declaration names, or, where that says too little, at the moment it is asked.
import type { DoorName } from '#policy/setting.ts'
import type { Declared } from './printed.ts'

const words: Record<DoorName, string> = {
  workspace: 'sign-in and every request of whoever is signed in',
  api: 'every call of the API',
  chat: 'the chat on your site',
  upload: 'every file that comes in, by chat, page, mail or API',
  media: 'every opening of a file',
  mail: 'every mail, once more when it leaves',
  frame: 'the workspace inside a frame',
}

const ofTab: Partial<Record<string, string>> = {
  password: 'Judged where a password is chosen, renewed or signed in with.',
  retention: 'Carried out by the server itself, in rounds.',
  changes: 'Judged at every save of a setting, in the page and by key.',
}
const ofSetting: Partial<Record<string, string>> = {
  'transfer.addresses': 'Judged at every forward, asked for in the page or by key, and once more when it leaves.',
}

/** "Judged at: sign-in and every request of whoever is signed in; every opening of a file." */
export const whereOf = ({ key, tab, doors }: Pick<Declared, 'key' | 'tab' | 'doors'>): string => ofSetting[key] ?? ofTab[tab] ?? `Judged at: ${doors.map((door) => words[door]).join('; ')}.`
