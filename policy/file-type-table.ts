// The table of known file types that the type settings tick; what is not in it can never be allowed.

export interface FileType {
  readonly id: string;
  readonly label: string;
  /** Lower case, without the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  readonly mediaType: string;
  readonly group: 'image' | 'document' | 'audio' | 'video';
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** In the order the page shows them. Executables, scripts and HTML have no row on purpose (SETTINGS.md, "Media"). */
export const fileTypes = Object.freeze([
  { id: 'jpeg', label: 'JPEG image', extensions: ['jpg', 'jpeg'], mediaType: 'image/jpeg', group: 'image' },
  { id: 'png', label: 'PNG image', extensions: ['png'], mediaType: 'image/png', group: 'image' },
  { id: 'webp', label: 'WebP image', extensions: ['webp'], mediaType: 'image/webp', group: 'image' },
  { id: 'gif', label: 'GIF image', extensions: ['gif'], mediaType: 'image/gif', group: 'image' },
  { id: 'pdf', label: 'PDF document', extensions: ['pdf'], mediaType: 'application/pdf', group: 'document' },
  { id: 'txt', label: 'Plain text', extensions: ['txt'], mediaType: 'text/plain', group: 'document' },
  { id: 'docx', label: 'Word document', extensions: ['docx'], mediaType: `${OFFICE}.wordprocessingml.document`, group: 'document' },
  { id: 'xlsx', label: 'Excel workbook', extensions: ['xlsx'], mediaType: `${OFFICE}.spreadsheetml.sheet`, group: 'document' },
  { id: 'pptx', label: 'PowerPoint presentation', extensions: ['pptx'], mediaType: `${OFFICE}.presentationml.presentation`, group: 'document' },
  { id: 'csv', label: 'CSV table', extensions: ['csv'], mediaType: 'text/csv', group: 'document' },
  { id: 'mp3', label: 'MP3 audio', extensions: ['mp3'], mediaType: 'audio/mpeg', group: 'audio' },
  { id: 'wav', label: 'WAV audio', extensions: ['wav'], mediaType: 'audio/wav', group: 'audio' },
  { id: 'mp4', label: 'MP4 video', extensions: ['mp4', 'm4v'], mediaType: 'video/mp4', group: 'video' },
  { id: 'webm', label: 'WebM video', extensions: ['webm'], mediaType: 'video/webm', group: 'video' },
] as const satisfies readonly FileType[]);

export type FileTypeId = (typeof fileTypes)[number]['id'];
