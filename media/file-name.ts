// Names of files: cleaned of what hides, breaks or moves, kept in every script; and the ending that says what a file claims to be.
import { type FileTypeId, fileTypes } from '#policy/file-type-table.ts';

/** Bytes of UTF-8. Most file systems take 255. */
const MOST_BYTES = 255;
/** Controls, marks that turn the direction of writing, and what takes no room (Unicode TR36). Joiners stay: whole scripts need them. */
const HIDING = /\p{Cc}|(?![\u200c\u200d])\p{Cf}|\p{Zl}|\p{Zp}|[\u115f\u1160\u3164\uffa0]/gu;
/** What a file system of somebody who saves it would take for something else. */
const FORBIDDEN = /[<>:"|?*]/g;
const DEVICES = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

const listed = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Endings of what runs on somebody's machine when it is opened. */
const RUNS = listed('exe com bat cmd msi msp msc scr pif cpl dll sys ocx jar jnlp apk ipa dmg pkg command ps1 ps1xml psm1 psd1 vb vbs vbe js jse mjs wsf wsc wsh hta lnk scf chm hlp gadget xll xla xlam iqy slk docm dotm xlsm xltm pptm potm ppam ppsm iso vhd vhdx appx msix crx xpi sh bash zsh ksh csh scpt workflow');
/** And of what a server or a browser takes for a program or a page: in front of the last ending they are a disguise. */
const DISGUISES: ReadonlySet<string> = new Set([...RUNS, ...listed('html htm xhtml xht shtml shtm mht mhtml svg svgz xml xsl xslt php php2 php3 php4 php5 php6 php7 php8 phps pht phtm phtml phar pgif asp aspx ashx asmx asa asax ascx cshtml vbhtm vbhtml soap jsp jspx jspf jsw jsv cfm cfml cfc cgi pl py pyc rb swf htaccess htpasswd wasm ini')]);

const byExtension: ReadonlyMap<string, FileTypeId> = new Map(fileTypes.flatMap((type) => type.extensions.map((extension) => [extension, type.id] as const)));

export interface NamedFile {
  /** As it is kept and shown; never empty. */
  readonly name: string;
  /** Lower case, without the dot; empty where there is none. */
  readonly extension: string;
  readonly extensionType: FileTypeId | null;
  /** A program's ending stands before the last one, or was hidden in the name. */
  readonly unsafe: boolean;
}

/** Cut to so many bytes, whole characters, the ending kept. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 20 ? name.slice(dot) : '';
  let kept = '';
  let bytes = Buffer.byteLength(ending);
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.slice(0, ending === '' ? undefined : dot))) {
    bytes += Buffer.byteLength(segment);
    if (bytes > MOST_BYTES) break;
    kept += segment;
  }
  return `${kept.trimEnd()}${ending}`;
}

/** What percent signs stand for, as long as anything changes: a name that was wrapped twice is unwrapped twice. */
function unwrapped(name: string): string {
  let text = name;
  for (let turn = 0; turn < 3; turn += 1) {
    const next = text.replace(/(?:%[0-9a-f]{2})+/gi, (found) => {
      try {
        return decodeURIComponent(found);
      } catch {
        return found;
      }
    });
    if (next === text) break;
    text = next;
  }
  return text;
}

const endingsOf = (name: string): string[] => name.toLowerCase().split(/[.;:\s]+/u).slice(1);

/** A drawing is taken under its own ending, and cleaned; anywhere else its ending is a disguise. */
const isDisguise = (ending: string, place: number, endings: readonly string[]): boolean => DISGUISES.has(ending) && !(ending === 'svg' && place === endings.length - 1);

/** Whether what stands under this name in an archive would run when it is opened. */
export const runsByName = (name: string): boolean => RUNS.has(/\.(?<ending>[^./\\]+)[.\s]*$/u.exec(name.toLowerCase())?.groups?.['ending'] ?? '');

/** Reads the name that somebody gave a file. `given` may be anything, also nothing. */
export function readFileName(given: string): NamedFile {
  const whole = given.toWellFormed().normalize('NFC');
  // The last part of a path, whichever way it is written; a file is no place.
  const last = whole.split(/[/\\\u2215\u2044\uff0f\uff3c]+/u).findLast((part) => !/^[.\s]*$/u.test(part)) ?? '';
  const cleaned = last.replace(HIDING, '').replace(FORBIDDEN, '_').replace(/\s+/gu, ' ').replace(/^[\s.]+|[\s.]+$/gu, '');
  const safe = DEVICES.test(cleaned) ? `_${cleaned}` : cleaned;
  const name = shortened(safe) || 'file';
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
  // What somebody else's program may read in it: folded widths and other full stops, percent signs unwrapped, and what was hidden as a break.
  const views = [whole, unwrapped(whole)].flatMap((view) => {
    const folded = view.normalize('NFKC').replace(/[\u3002\uff0e\uff61\u2024\ufe52]/gu, '.');
    return [folded.replace(HIDING, ''), folded.replace(HIDING, ' ')];
  });
  const hidden = views.some((view) => endingsOf(view.split(/[/\\]+/u).findLast((part) => !/^[.\s]*$/u.test(part)) ?? '').some(isDisguise)) || /[\u202d\u202e]/.test(whole);
  return { name, extension, extensionType: byExtension.get(extension) ?? null, unsafe: hidden };
}
