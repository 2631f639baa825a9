// Where a setting holds, in words: at the doors its declaration names, or as it says itself where they say too little.
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

/** "Judged at: sign-in and every request of whoever is signed in; every opening of a file." */
export const whereOf = ({ judged, doors }: Pick<Declared, 'judged' | 'doors'>): string => judged ?? `Judged at: ${doors.map((door) => words[door]).join('; ')}.`
