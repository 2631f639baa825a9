// The version of this program, as the page, backups and refusals name it.
export const VERSION = '0.1.0';
