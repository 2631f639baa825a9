// The table of known file types that the type settings tick; what is not in it can never be allowed.

export interface FileType {
  readonly id: string;
  readonly label: string;
  /** Lower case, without the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  readonly mediaType: string;
  readonly group: 'image' | 'document' | 'audio' | 'video' | 'text' | 'archive';
  /** What its content may look like: forms that media/examine/ recognises. */
  readonly forms: readonly string[];
  /** What somebody who ticks it should know. */
  readonly risk?: string;
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const OPEN = 'application/vnd.oasis.opendocument';
const OLD = 'An old format in which macros and faults of old programs hide.';
const INSIDE = 'What lies inside is counted and looked through, not judged by these ticks.';

/** In the order the page shows them. Executables, scripts and HTML have no row on purpose, and no archive that cannot be looked through. */
export const fileTypes = Object.freeze([
  { id: 'jpeg', label: 'JPEG image', extensions: ['jpg', 'jpeg', 'jpe', 'jfif'], mediaType: 'image/jpeg', group: 'image', forms: ['jpg'] },
  { id: 'png', label: 'PNG image', extensions: ['png'], mediaType: 'image/png', group: 'image', forms: ['png', 'apng'] },
  { id: 'webp', label: 'WebP image', extensions: ['webp'], mediaType: 'image/webp', group: 'image', forms: ['webp'] },
  { id: 'gif', label: 'GIF image', extensions: ['gif'], mediaType: 'image/gif', group: 'image', forms: ['gif'] },
  { id: 'bmp', label: 'BMP image', extensions: ['bmp'], mediaType: 'image/bmp', group: 'image', forms: ['bmp'] },
  { id: 'avif', label: 'AVIF image', extensions: ['avif'], mediaType: 'image/avif', group: 'image', forms: ['avif'] },
  { id: 'heic', label: 'HEIC image', extensions: ['heic', 'heif'], mediaType: 'image/heic', group: 'image', forms: ['heic', 'heif'] },
  { id: 'tiff', label: 'TIFF image', extensions: ['tif', 'tiff'], mediaType: 'image/tiff', group: 'image', forms: ['tif'] },
  { id: 'svg', label: 'SVG drawing', extensions: ['svg'], mediaType: 'image/svg+xml', group: 'image', forms: ['svg'], risk: 'Drawn anew without scripts, links and animation, and never shown in place.' },
  { id: 'pdf', label: 'PDF document', extensions: ['pdf'], mediaType: 'application/pdf', group: 'document', forms: ['pdf'], risk: 'May hold links and forms.' },
  { id: 'txt', label: 'Plain text', extensions: ['txt', 'text', 'log'], mediaType: 'text/plain', group: 'document', forms: ['txt', 'csv', 'tsv', 'md', 'json', 'eml', 'ics', 'vcf', 'vtt', 'srt'] },
  { id: 'docx', label: 'Word document', extensions: ['docx'], mediaType: `${OFFICE}.wordprocessingml.document`, group: 'document', forms: ['docx'] },
  { id: 'xlsx', label: 'Excel workbook', extensions: ['xlsx'], mediaType: `${OFFICE}.spreadsheetml.sheet`, group: 'document', forms: ['xlsx'] },
  { id: 'pptx', label: 'PowerPoint presentation', extensions: ['pptx'], mediaType: `${OFFICE}.presentationml.presentation`, group: 'document', forms: ['pptx'] },
  { id: 'odt', label: 'OpenDocument text', extensions: ['odt'], mediaType: `${OPEN}.text`, group: 'document', forms: ['odt'] },
  { id: 'ods', label: 'OpenDocument spreadsheet', extensions: ['ods'], mediaType: `${OPEN}.spreadsheet`, group: 'document', forms: ['ods'] },
  { id: 'odp', label: 'OpenDocument presentation', extensions: ['odp'], mediaType: `${OPEN}.presentation`, group: 'document', forms: ['odp'] },
  { id: 'doc', label: 'Word 97–2003 document', extensions: ['doc'], mediaType: 'application/msword', group: 'document', forms: ['doc'], risk: OLD },
  { id: 'xls', label: 'Excel 97–2003 workbook', extensions: ['xls'], mediaType: 'application/vnd.ms-excel', group: 'document', forms: ['xls'], risk: OLD },
  { id: 'ppt', label: 'PowerPoint 97–2003 presentation', extensions: ['ppt'], mediaType: 'application/vnd.ms-powerpoint', group: 'document', forms: ['ppt'], risk: OLD },
  { id: 'rtf', label: 'Rich text', extensions: ['rtf'], mediaType: 'application/rtf', group: 'document', forms: ['rtf'], risk: 'May embed other files.' },
  { id: 'epub', label: 'EPUB book', extensions: ['epub'], mediaType: 'application/epub+zip', group: 'document', forms: ['epub'] },
  { id: 'csv', label: 'CSV table', extensions: ['csv'], mediaType: 'text/csv', group: 'document', forms: ['csv', 'txt', 'tsv'], risk: 'A spreadsheet may take its cells for formulas.' },
  { id: 'tsv', label: 'Table with tabs', extensions: ['tsv', 'tab'], mediaType: 'text/tab-separated-values', group: 'text', forms: ['tsv', 'txt', 'csv'], risk: 'A spreadsheet may take its cells for formulas.' },
  { id: 'md', label: 'Markdown', extensions: ['md', 'markdown'], mediaType: 'text/markdown', group: 'text', forms: ['md', 'txt', 'csv'] },
  { id: 'json', label: 'JSON', extensions: ['json'], mediaType: 'application/json', group: 'text', forms: ['json'] },
  { id: 'ics', label: 'Calendar entry', extensions: ['ics'], mediaType: 'text/calendar', group: 'text', forms: ['ics'] },
  { id: 'vcf', label: 'Contact card', extensions: ['vcf'], mediaType: 'text/vcard', group: 'text', forms: ['vcf'] },
  { id: 'vtt', label: 'Subtitles', extensions: ['vtt', 'srt'], mediaType: 'text/vtt', group: 'text', forms: ['vtt', 'srt'] },
  { id: 'eml', label: 'Mail', extensions: ['eml'], mediaType: 'message/rfc822', group: 'text', forms: ['eml'], risk: 'May carry files and pages of its own, which these ticks do not judge.' },
  { id: 'msg', label: 'Outlook mail', extensions: ['msg'], mediaType: 'application/vnd.ms-outlook', group: 'text', forms: ['msg'], risk: 'May carry files and pages of its own, which these ticks do not judge.' },
  { id: 'mp3', label: 'MP3 audio', extensions: ['mp3'], mediaType: 'audio/mpeg', group: 'audio', forms: ['mp3'] },
  { id: 'wav', label: 'WAV audio', extensions: ['wav'], mediaType: 'audio/wav', group: 'audio', forms: ['wav'] },
  { id: 'm4a', label: 'MPEG-4 audio', extensions: ['m4a'], mediaType: 'audio/mp4', group: 'audio', forms: ['m4a', 'm4b', 'mp4'] },
  { id: 'ogg', label: 'Ogg audio', extensions: ['ogg', 'oga', 'opus'], mediaType: 'audio/ogg', group: 'audio', forms: ['ogg', 'oga', 'opus', 'spx'] },
  { id: 'flac', label: 'FLAC audio', extensions: ['flac'], mediaType: 'audio/flac', group: 'audio', forms: ['flac'] },
  { id: 'aac', label: 'AAC audio', extensions: ['aac'], mediaType: 'audio/aac', group: 'audio', forms: ['aac'] },
  { id: 'amr', label: 'AMR voice', extensions: ['amr'], mediaType: 'audio/amr', group: 'audio', forms: ['amr'] },
  { id: 'mp4', label: 'MP4 video', extensions: ['mp4', 'm4v'], mediaType: 'video/mp4', group: 'video', forms: ['mp4', 'm4v'] },
  { id: 'webm', label: 'WebM video', extensions: ['webm'], mediaType: 'video/webm', group: 'video', forms: ['webm'] },
  { id: 'mov', label: 'QuickTime video', extensions: ['mov', 'qt'], mediaType: 'video/quicktime', group: 'video', forms: ['mov'] },
  { id: '3gp', label: '3GPP video', extensions: ['3gp', '3g2'], mediaType: 'video/3gpp', group: 'video', forms: ['3gp', '3g2'] },
  { id: 'mkv', label: 'Matroska video', extensions: ['mkv'], mediaType: 'video/x-matroska', group: 'video', forms: ['mkv'] },
  { id: 'avi', label: 'AVI video', extensions: ['avi'], mediaType: 'video/x-msvideo', group: 'video', forms: ['avi'] },
  { id: 'mpeg', label: 'MPEG video', extensions: ['mpg', 'mpeg'], mediaType: 'video/mpeg', group: 'video', forms: ['mpg'] },
  { id: 'zip', label: 'Zip archive', extensions: ['zip'], mediaType: 'application/zip', group: 'archive', forms: ['zip'], risk: INSIDE },
  { id: 'gz', label: 'Gzip archive', extensions: ['gz', 'tgz'], mediaType: 'application/gzip', group: 'archive', forms: ['gz'], risk: INSIDE },
  { id: 'tar', label: 'Tar archive', extensions: ['tar'], mediaType: 'application/x-tar', group: 'archive', forms: ['tar'], risk: INSIDE },
] as const satisfies readonly FileType[]);

export type FileTypeId = (typeof fileTypes)[number]['id'];
